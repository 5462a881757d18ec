import { Position } from "geojson";
export declare function pointInPolygon(point: Position, rings: Position[][]): boolean;
