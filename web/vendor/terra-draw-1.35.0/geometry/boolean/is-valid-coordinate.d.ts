import { Position } from "geojson";
export declare function validLatitude(lat: number): boolean;
export declare function validLongitude(lng: number): boolean;
export declare function coordinatePrecisionIsValid(coordinate: Position, coordinatePrecision: number): boolean;
export declare function coordinateIsValid(coordinate: unknown[]): boolean;
export declare function getDecimalPlaces(value: number): number;
