import { Snapping, TerraDrawMouseEvent } from "../../../common";
import { BehaviorConfig, TerraDrawModeBehavior } from "../../base.behavior";
import { PixelDistanceBehavior } from "../../pixel-distance.behavior";
import { MidPointBehavior } from "./midpoint.behavior";
import { SelectionPointBehavior } from "./selection-point.behavior";
import { FeatureId } from "../../../store/store";
import { CoordinatePointBehavior } from "./coordinate-point.behavior";
import { CoordinateSnappingBehavior } from "../../coordinate-snapping.behavior";
import { LineSnappingBehavior } from "../../line-snapping.behavior";
import { ReadFeatureBehavior } from "../../read-feature.behavior";
import { MutateFeatureBehavior } from "../../mutate-feature.behavior";
export declare class DragCoordinateBehavior extends TerraDrawModeBehavior {
    readonly config: BehaviorConfig;
    private readonly pixelDistance;
    private readonly selectionPoints;
    private readonly midPoints;
    private readonly coordinatePoints;
    private readonly coordinateSnapping;
    private readonly lineSnapping;
    private readonly readFeature;
    private readonly mutateFeature;
    private readonly featureSnapping;
    constructor(config: BehaviorConfig, pixelDistance: PixelDistanceBehavior, selectionPoints: SelectionPointBehavior, midPoints: MidPointBehavior, coordinatePoints: CoordinatePointBehavior, coordinateSnapping: CoordinateSnappingBehavior, lineSnapping: LineSnappingBehavior, readFeature: ReadFeatureBehavior, mutateFeature: MutateFeatureBehavior);
    private draggedCoordinate;
    private getClosestCoordinate;
    getDraggable(event: TerraDrawMouseEvent, selectedId: FeatureId): {
        dist: number;
        index: number;
        isFirstOrLastPolygonCoord: boolean;
    };
    getDraggableIndex(event: TerraDrawMouseEvent, selectedId: FeatureId): number;
    private snapCoordinate;
    drag(event: TerraDrawMouseEvent, allowSelfIntersection: boolean, snapping: Snapping): boolean;
    isDragging(): boolean;
    startDragging(id: FeatureId, index: number): void;
    stopDragging(): void;
}
