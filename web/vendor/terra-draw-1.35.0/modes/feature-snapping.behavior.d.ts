import { Snappable, TerraDrawMouseEvent } from "../common";
import { Feature } from "geojson";
import { FeatureId } from "../store/store";
import { CoordinateSnappingBehavior } from "./coordinate-snapping.behavior";
import { LineSnappingBehavior } from "./line-snapping.behavior";
export declare class FeatureSnappingBehavior {
    private readonly coordinateSnapping;
    private readonly lineSnapping;
    constructor(coordinateSnapping: CoordinateSnappingBehavior, lineSnapping: LineSnappingBehavior);
    getSnappable(event: TerraDrawMouseEvent, currentFeatureId?: FeatureId, filter?: (feature: Feature) => boolean, options?: {
        toLine?: boolean;
        toCoordinate?: boolean;
    }): Snappable;
}
