import { Validation } from "../common";
import { GeoJSONStoreFeatures } from "../terra-draw";
export declare const ValidationReasonFeatureLessThanMinSize = "Feature is smaller than the minimum area";
export declare const ValidateMinAreaSquareMeters: (feature: GeoJSONStoreFeatures, minSize: number) => ReturnType<Validation>;
