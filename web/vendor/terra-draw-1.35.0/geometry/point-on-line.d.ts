import { Position } from "geojson";
export declare function nearestPointOnLine(inputCoordinate: Position, lines: [Position, Position][]): {
    coordinate: Position;
    distance: number;
    lineIndex: number;
} | undefined;
