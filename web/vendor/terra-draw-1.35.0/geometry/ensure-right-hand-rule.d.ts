import { Polygon } from "geojson";
export declare function ensureRightHandRule(polygon: Polygon): undefined | Polygon;
