import { TerraDrawMouseEvent } from "../common";
import { GeoJSONStoreFeatures } from "../store/store";
import { BehaviorConfig, TerraDrawModeBehavior } from "./base.behavior";
import { ClickBoundingBoxBehavior } from "./click-bounding-box.behavior";
import { PixelDistanceBehavior } from "./pixel-distance.behavior";
export declare class PointSearchBehavior extends TerraDrawModeBehavior {
    private readonly pixelDistance;
    private readonly clickBoundingBox;
    constructor(config: BehaviorConfig, pixelDistance: PixelDistanceBehavior, clickBoundingBox: ClickBoundingBoxBehavior);
    getNearestPointFeature(event: TerraDrawMouseEvent): GeoJSONStoreFeatures | undefined;
}
