import { TerraDrawMouseEvent, TerraDrawAdapterStyling, TerraDrawKeyboardEvent, HexColorStyling, NumericStyling, Cursor } from "../../common";
import { TerraDrawBaseDrawMode, BaseModeOptions, CustomStyling, ModeUpdateOptions } from "../base.mode";
import { GeoJSONStoreFeatures, StoreValidation } from "../../store/store";
import { BehaviorConfig } from "../base.behavior";
type TerraDrawSectorModeKeyEvents = {
    cancel?: KeyboardEvent["key"] | null;
    finish?: KeyboardEvent["key"] | null;
};
type SectorPolygonStyling = {
    fillColor: HexColorStyling;
    outlineColor: HexColorStyling;
    outlineWidth: NumericStyling;
    outlineOpacity: NumericStyling;
    fillOpacity: NumericStyling;
    coordinatePointWidth: NumericStyling;
    coordinatePointColor: HexColorStyling;
    coordinatePointOpacity: NumericStyling;
    coordinatePointOutlineWidth: NumericStyling;
    coordinatePointOutlineColor: HexColorStyling;
    coordinatePointOutlineOpacity: NumericStyling;
};
interface Cursors {
    start?: Cursor;
    close?: Cursor;
}
interface TerraDrawSectorModeOptions<T extends CustomStyling> extends BaseModeOptions<T> {
    arcPoints?: number;
    pointerDistance?: number;
    keyEvents?: TerraDrawSectorModeKeyEvents | null;
    cursors?: Cursors;
    showCoordinatePoints?: boolean;
    /** Allow reversing the arc by crossing back over its starting radius. Defaults to false. */
    allowDirectionChange?: boolean;
}
export declare class TerraDrawSectorMode extends TerraDrawBaseDrawMode<SectorPolygonStyling> {
    mode: string;
    private currentCoordinate;
    private currentId;
    private keyEvents;
    private direction;
    private arcPoints;
    private cursors;
    private mouseMove;
    private showCoordinatePoints;
    private allowDirectionChange;
    private previousEndBearing;
    private readFeature;
    private mutateFeature;
    private coordinatePoints;
    constructor(options?: TerraDrawSectorModeOptions<SectorPolygonStyling>);
    updateOptions(options?: ModeUpdateOptions<TerraDrawSectorModeOptions<SectorPolygonStyling>>): void;
    private close;
    private getSectorCoordinates;
    /** @internal */
    start(): void;
    /** @internal */
    stop(): void;
    /** @internal */
    onMouseMove(event: TerraDrawMouseEvent): void;
    /** @internal */
    onClick(event: TerraDrawMouseEvent): void;
    /** @internal */
    onKeyUp(event: TerraDrawKeyboardEvent): void;
    /** @internal */
    onKeyDown(): void;
    /** @internal */
    onDragStart(): void;
    /** @internal */
    onDrag(): void;
    /** @internal */
    onDragEnd(): void;
    /** @internal */
    cleanUp(): void;
    /** @internal */
    styleFeature(feature: GeoJSONStoreFeatures): TerraDrawAdapterStyling;
    validateFeature(feature: unknown): StoreValidation;
    afterFeatureUpdated(feature: GeoJSONStoreFeatures): void;
    registerBehaviors(config: BehaviorConfig): void;
}
export {};
