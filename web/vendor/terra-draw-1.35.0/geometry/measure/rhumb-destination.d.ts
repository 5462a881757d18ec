import { Position } from "geojson";
export declare function rhumbDestination(origin: Position, distanceMeters: number, bearing: number): Position;
