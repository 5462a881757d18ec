import { GeoJSONStoreFeatures } from "../terra-draw";
import { Validation } from "../common";
export declare const ValidationReasonFeatureNotPolygonOrLineString = "Feature is not a Polygon or LineString";
export declare const ValidationReasonFeatureSelfIntersects = "Feature intersects itself";
export declare const ValidateNotSelfIntersecting: (feature: GeoJSONStoreFeatures) => ReturnType<Validation>;
