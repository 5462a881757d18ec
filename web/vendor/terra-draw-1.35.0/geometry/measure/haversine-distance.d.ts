import { Position } from "geojson";
export declare function haversineDistanceKilometers(pointOne: Position, pointTwo: Position): number;
