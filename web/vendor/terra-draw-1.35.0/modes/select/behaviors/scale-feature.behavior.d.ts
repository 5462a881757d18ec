import { TerraDrawMouseEvent } from "../../../common";
import { BehaviorConfig, TerraDrawModeBehavior } from "../../base.behavior";
import { FeatureId } from "../../../store/store";
import { DragCoordinateResizeBehavior } from "./drag-coordinate-resize.behavior";
export declare class ScaleFeatureBehavior extends TerraDrawModeBehavior {
    readonly config: BehaviorConfig;
    private readonly dragCoordinateResizeBehavior;
    constructor(config: BehaviorConfig, dragCoordinateResizeBehavior: DragCoordinateResizeBehavior);
    scale(event: TerraDrawMouseEvent, featureId: FeatureId): void;
    reset(): void;
}
