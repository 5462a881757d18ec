import { Position } from "geojson";
import { Project, Projection, Unproject } from "../common";
export declare function getMidPointCoordinates({ featureCoords, precision, unproject, project, projection, }: {
    featureCoords: Position[];
    precision: number;
    project: Project;
    unproject: Unproject;
    projection: Projection;
}): Position[];
