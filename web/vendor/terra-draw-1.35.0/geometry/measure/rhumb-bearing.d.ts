import { Position } from "geojson";
export declare function rhumbBearing(start: Position, end: Position): number;
