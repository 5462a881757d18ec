import { Position } from "geojson";
import { CartesianPoint } from "../../common";
export declare function destination(origin: Position, distance: number, bearing: number): Position;
export declare function webMercatorDestination({ x, y }: CartesianPoint, distance: number, bearing: number): CartesianPoint;
