import { Position } from "geojson";
export declare function rhumbDistance(destination: Position, origin: Position): number;
