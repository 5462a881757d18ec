import { Position } from "geojson";
import { CartesianPoint } from "../../common";
export declare function bearing(start: Position, end: Position): number;
export declare function webMercatorBearing({ x: x1, y: y1 }: CartesianPoint, { x: x2, y: y2 }: CartesianPoint): number;
export declare function normalizeBearing(bearing: number): number;
