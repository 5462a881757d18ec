import { BehaviorConfig, TerraDrawModeBehavior } from "./base.behavior";
import { TerraDrawMouseEvent } from "../common";
import { Position } from "geojson";
export declare class PixelDistanceBehavior extends TerraDrawModeBehavior {
    constructor(config: BehaviorConfig);
    measure(clickEvent: TerraDrawMouseEvent, secondCoordinate: Position): number;
}
