import { TerraDrawMouseEvent } from "../../../common";
import { GeoJSONStoreFeatures } from "../../../store/store";
import { BehaviorConfig, TerraDrawModeBehavior } from "../../base.behavior";
import { ClickBoundingBoxBehavior } from "../../click-bounding-box.behavior";
import { PixelDistanceBehavior } from "../../pixel-distance.behavior";
export declare class FeatureAtPointerEventBehavior extends TerraDrawModeBehavior {
    readonly config: BehaviorConfig;
    private readonly createClickBoundingBox;
    private readonly pixelDistance;
    constructor(config: BehaviorConfig, createClickBoundingBox: ClickBoundingBoxBehavior, pixelDistance: PixelDistanceBehavior);
    find(event: TerraDrawMouseEvent, hasSelection: boolean): {
        clickedFeature: GeoJSONStoreFeatures | undefined;
    };
}
