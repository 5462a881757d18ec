import { Feature, LineString, Polygon, Position } from "geojson";
export declare function createPolygon(coordinates?: Position[][]): Feature<Polygon>;
export declare function createLineString(coordinates: Position[]): Feature<LineString>;
