import { Position } from "geojson";
export declare function generateGreatCircleCoordinates(start: Position, end: Position, numberOfPoints: number): Position[];
