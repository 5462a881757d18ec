import { Validation } from "../common";
import { GeoJSONStoreFeatures } from "../terra-draw";
export declare const ValidationReasonFeatureIsNotALineString = "Feature is not a LineString";
export declare const ValidationReasonFeatureHasLessThanTwoCoordinates = "Feature has less than 2 coordinates";
export declare const ValidationReasonFeatureInvalidCoordinates = "Feature has invalid coordinates";
export declare const ValidationReasonFeatureInvalidCoordinatePrecision = "Feature has coordinates with excessive precision";
export declare function ValidateLineStringFeature(feature: GeoJSONStoreFeatures, coordinatePrecision: number): ReturnType<Validation>;
