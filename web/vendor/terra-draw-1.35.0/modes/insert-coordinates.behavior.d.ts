import { BehaviorConfig, TerraDrawModeBehavior } from "./base.behavior";
import { Position } from "geojson";
export declare class InsertCoordinatesBehavior extends TerraDrawModeBehavior {
    readonly config: BehaviorConfig;
    constructor(config: BehaviorConfig);
    generateInsertionCoordinates(coordinateOne: Position, coordinateTwo: Position, segmentLength: number): Position[];
    generateInsertionGeodesicCoordinates(coordinateOne: Position, coordinateTwo: Position, segmentLength: number): Position[];
    private limitCoordinates;
}
