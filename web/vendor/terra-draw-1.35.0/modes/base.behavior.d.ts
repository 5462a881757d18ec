import { Project, Projection, TerraDrawGeoJSONStore, Unproject } from "../common";
export type BehaviorConfig = {
    store: TerraDrawGeoJSONStore;
    mode: string;
    project: Project;
    unproject: Unproject;
    pointerDistance: number;
    coordinatePrecision: number;
    projection: Projection;
    undoRedoMaxStackSize?: number;
};
export declare class TerraDrawModeBehavior {
    protected store: TerraDrawGeoJSONStore;
    protected mode: string;
    protected project: Project;
    protected unproject: Unproject;
    protected pointerDistance: number;
    protected coordinatePrecision: number;
    protected projection: Projection;
    protected undoRedoMaxStackSize?: number;
    constructor({ store, mode, project, unproject, pointerDistance, coordinatePrecision, projection, undoRedoMaxStackSize, }: BehaviorConfig);
}
