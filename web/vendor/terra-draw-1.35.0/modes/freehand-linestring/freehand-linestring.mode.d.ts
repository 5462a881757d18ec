import { TerraDrawMouseEvent, TerraDrawAdapterStyling, TerraDrawKeyboardEvent, HexColorStyling, NumericStyling, Cursor, DashArrayStyling, DrawInteractions } from "../../common";
import { BaseModeOptions, CustomStyling, ModeUpdateOptions, TerraDrawBaseDrawMode } from "../base.mode";
import { GeoJSONStoreFeatures, StoreValidation } from "../../store/store";
import { BehaviorConfig } from "../base.behavior";
type TerraDrawFreehandLineStringModeKeyEvents = {
    cancel: KeyboardEvent["key"] | null;
    finish: KeyboardEvent["key"] | null;
};
type FreehandLineStringStyling = {
    lineStringWidth: NumericStyling;
    lineStringColor: HexColorStyling;
    lineStringOpacity: NumericStyling;
    lineStringDash: DashArrayStyling;
    coordinatePointWidth: NumericStyling;
    coordinatePointColor: HexColorStyling;
    coordinatePointOpacity: NumericStyling;
    coordinatePointOutlineWidth: NumericStyling;
    coordinatePointOutlineColor: HexColorStyling;
    coordinatePointOutlineOpacity: NumericStyling;
    closingPointColor: HexColorStyling;
    closingPointOpacity: NumericStyling;
    closingPointWidth: NumericStyling;
    closingPointOutlineColor: HexColorStyling;
    closingPointOutlineWidth: NumericStyling;
    closingPointOutlineOpacity: NumericStyling;
};
interface Cursors {
    start?: Cursor;
    close?: Cursor;
}
interface TerraDrawFreehandLineStringModeOptions<T extends CustomStyling> extends BaseModeOptions<T> {
    minDistance?: number;
    keyEvents?: TerraDrawFreehandLineStringModeKeyEvents | null;
    cursors?: Cursors;
    drawInteraction?: DrawInteractions;
    showCoordinatePoints?: boolean;
}
export declare class TerraDrawFreehandLineStringMode extends TerraDrawBaseDrawMode<FreehandLineStringStyling> {
    mode: string;
    private canClose;
    private showCoordinatePoints;
    private currentId;
    private minDistance;
    private keyEvents;
    private cursors;
    private preventNewFeature;
    private drawInteraction;
    private drawType;
    private coordinatePoints;
    private mutateFeature;
    private readFeature;
    private pixelDistance;
    private closingPoints;
    constructor(options?: TerraDrawFreehandLineStringModeOptions<FreehandLineStringStyling>);
    updateOptions(options?: ModeUpdateOptions<TerraDrawFreehandLineStringModeOptions<FreehandLineStringStyling>>): void;
    private moveDrawAllowed;
    private dragDrawAllowed;
    private close;
    /** @internal */
    start(): void;
    /** @internal */
    stop(): void;
    private addCoordinate;
    private beginDrawing;
    /** @internal */
    onMouseMove(event: TerraDrawMouseEvent): void;
    /** @internal */
    onClick(event: TerraDrawMouseEvent): void;
    /** @internal */
    onKeyDown(): void;
    /** @internal */
    onKeyUp(event: TerraDrawKeyboardEvent): void;
    /** @internal */
    onDragStart(event: TerraDrawMouseEvent, setMapDraggability: (enabled: boolean) => void): void;
    /** @internal */
    onDrag(event: TerraDrawMouseEvent, _setMapDraggability: (enabled: boolean) => void): void;
    /** @internal */
    onDragEnd(event: TerraDrawMouseEvent, setMapDraggability: (enabled: boolean) => void): void;
    /** @internal */
    cleanUp(): void;
    /** @internal */
    styleFeature(feature: GeoJSONStoreFeatures): TerraDrawAdapterStyling;
    validateFeature(feature: unknown): StoreValidation;
    afterFeatureUpdated(feature: GeoJSONStoreFeatures): void;
    afterFeatureAdded(feature: GeoJSONStoreFeatures): void;
    registerBehaviors(config: BehaviorConfig): void;
}
export {};
