import { Feature, LineString, Polygon, Position } from "geojson";
export declare function centroid(geojson: Feature<Polygon | LineString>): Position;
