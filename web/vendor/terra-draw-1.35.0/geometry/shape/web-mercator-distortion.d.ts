import { Position } from "geojson";
export declare function calculateWebMercatorDistortion(source: Position, target: Position): number;
