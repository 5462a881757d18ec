import { Position } from "geojson";
/**
 * Takes two points and finds the closest point on the line between them to a third point.
 * @param lines
 * @param inputCoordinate
 * @returns
 */
export declare function webMercatorNearestPointOnLine(inputCoordinate: Position, lines: [Position, Position][]): {
    coordinate: Position;
    lineIndex: number;
    distance: number;
} | undefined;
