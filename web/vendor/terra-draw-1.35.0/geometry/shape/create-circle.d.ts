import { Feature, Polygon, Position } from "geojson";
export declare function circle(options: {
    center: Position;
    radiusKilometers: number;
    coordinatePrecision: number;
    steps?: number;
}): Feature<Polygon>;
export declare function circleWebMercator(options: {
    center: Position;
    radiusKilometers: number;
    coordinatePrecision: number;
    steps?: number;
}): GeoJSON.Feature<GeoJSON.Polygon>;
