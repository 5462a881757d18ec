export declare const ValidationReasons: {
    ValidationReasonFeatureNotPoint: string;
    ValidationReasonFeatureInvalidCoordinates: string;
    ValidationReasonFeatureInvalidCoordinatePrecision: string;
    ValidationReasonFeatureNotPolygon: string;
    ValidationReasonFeatureHasHoles: string;
    ValidationReasonFeatureLessThanFourCoordinates: string;
    ValidationReasonFeatureHasInvalidCoordinates: string;
    ValidationReasonFeatureCoordinatesNotClosed: string;
    ValidationReasonFeatureNotPolygonOrLineString: string;
    ValidationReasonFeatureSelfIntersects: string;
    ValidationReasonFeatureLessThanMinSize: string;
    ValidationReasonModeMismatch: string;
};
