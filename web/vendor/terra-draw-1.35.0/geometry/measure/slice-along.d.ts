import { LineString, Position } from "geojson";
export declare function lineSliceAlong(coords: LineString["coordinates"], startDist: number, stopDist: number): Position[];
