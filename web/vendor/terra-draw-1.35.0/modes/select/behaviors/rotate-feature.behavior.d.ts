import { TerraDrawMouseEvent } from "../../../common";
import { BehaviorConfig, TerraDrawModeBehavior } from "../../base.behavior";
import { SelectionPointBehavior } from "./selection-point.behavior";
import { MidPointBehavior } from "./midpoint.behavior";
import { FeatureId } from "../../../store/store";
import { CoordinatePointBehavior } from "./coordinate-point.behavior";
import { ReadFeatureBehavior } from "../../read-feature.behavior";
import { MutateFeatureBehavior } from "../../mutate-feature.behavior";
export declare class RotateFeatureBehavior extends TerraDrawModeBehavior {
    readonly config: BehaviorConfig;
    private readonly selectionPoints;
    private readonly midPoints;
    private readonly coordinatePoints;
    private readonly readFeature;
    private readonly mutateFeature;
    constructor(config: BehaviorConfig, selectionPoints: SelectionPointBehavior, midPoints: MidPointBehavior, coordinatePoints: CoordinatePointBehavior, readFeature: ReadFeatureBehavior, mutateFeature: MutateFeatureBehavior);
    private lastBearing;
    private selectedGeometry;
    private selectedGeometryCentroid;
    private selectedGeometryWebMercatorCentroid;
    reset(): void;
    rotate(event: TerraDrawMouseEvent, selectedId: FeatureId): false | undefined;
}
