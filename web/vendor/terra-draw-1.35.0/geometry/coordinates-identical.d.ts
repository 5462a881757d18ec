import { Position } from "geojson";
export declare function coordinatesIdentical(coordinate: Position, coordinateTwo: Position): boolean;
