import { Position } from "geojson";
export declare function isPolygonArray(coords: Position[] | Position[][]): coords is Position[][];
export declare const getUnclosedCoordinates: (featureCoordinates: Position[] | Position[][]) => Position[];
export declare const getClosedCoordinates: (featureCoordinates: Position[] | Position[][]) => Position[];
