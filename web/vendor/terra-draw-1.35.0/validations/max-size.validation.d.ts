import { Validation } from "../common";
import { GeoJSONStoreFeatures } from "../terra-draw";
export declare const ValidationMaxAreaSquareMetersReason = "Feature is larger than the maximum area";
export declare const ValidateMaxAreaSquareMeters: (feature: GeoJSONStoreFeatures, maxSize: number) => ReturnType<Validation>;
