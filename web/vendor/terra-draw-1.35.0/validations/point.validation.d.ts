import { Validation } from "../common";
import { GeoJSONStoreFeatures } from "../terra-draw";
export declare const ValidationReasonFeatureNotPoint = "Feature is not a Point";
export declare const ValidationReasonFeatureInvalidCoordinates = "Feature has invalid coordinates";
export declare const ValidationReasonFeatureInvalidCoordinatePrecision = "Feature has coordinates with excessive precision";
export declare function ValidatePointFeature(feature: GeoJSONStoreFeatures, coordinatePrecision: number): ReturnType<Validation>;
