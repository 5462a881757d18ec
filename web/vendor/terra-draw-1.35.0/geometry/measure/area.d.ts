import { Polygon } from "geojson";
export declare function polygonAreaSquareMeters(polygon: Polygon): number;
