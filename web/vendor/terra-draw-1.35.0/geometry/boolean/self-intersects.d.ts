import { Feature, LineString, Polygon } from "geojson";
export declare function selfIntersects(feature: Feature<Polygon> | Feature<LineString>): boolean;
