import { BehaviorConfig, TerraDrawModeBehavior } from "./base.behavior";
import { TerraDrawMouseEvent } from "../common";
export declare class ClickBoundingBoxBehavior extends TerraDrawModeBehavior {
    constructor(config: BehaviorConfig);
    create(event: TerraDrawMouseEvent): import("geojson").Feature<import("geojson").Polygon, import("geojson").GeoJsonProperties>;
}
