import { Feature, Polygon, Position } from "geojson";
export declare function ellipse(options: {
    center: Position;
    xRadiusKilometers: number;
    yRadiusKilometers: number;
    coordinatePrecision: number;
    steps?: number;
}): Feature<Polygon>;
export declare function ellipseWebMercator(options: {
    center: Position;
    xRadiusKilometers: number;
    yRadiusKilometers: number;
    coordinatePrecision: number;
    steps?: number;
}): Feature<Polygon>;
