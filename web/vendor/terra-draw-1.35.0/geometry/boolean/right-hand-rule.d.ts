import { Polygon } from "geojson";
/**
 * Checks if a GeoJSON Polygon follows the right-hand rule.
 * @param polygon - The GeoJSON Polygon to check.
 * @returns {boolean} - True if the polygon follows the right-hand rule (counterclockwise outer ring), otherwise false.
 */
export declare function followsRightHandRule(polygon: Polygon): boolean;
