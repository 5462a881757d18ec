import { Cursor, DrawInteractions, HexColorStyling, NumericStyling, Projection, TerraDrawAdapterStyling, TerraDrawKeyboardEvent, TerraDrawMouseEvent } from "../../common";
import { GeoJSONStoreFeatures, StoreValidation } from "../../store/store";
import { BehaviorConfig } from "../base.behavior";
import { BaseModeOptions, CustomStyling, ModeUpdateOptions, TerraDrawBaseDrawMode } from "../base.mode";
type TerraDrawEllipseModeKeyEvents = {
    cancel: KeyboardEvent["key"] | null;
    finish: KeyboardEvent["key"] | null;
};
type EllipsePolygonStyling = {
    fillColor: HexColorStyling;
    fillOpacity: NumericStyling;
    outlineColor: HexColorStyling;
    outlineWidth: NumericStyling;
    outlineOpacity: NumericStyling;
    coordinatePointWidth: NumericStyling;
    coordinatePointColor: HexColorStyling;
    coordinatePointOpacity: NumericStyling;
    coordinatePointOutlineWidth: NumericStyling;
    coordinatePointOutlineColor: HexColorStyling;
    coordinatePointOutlineOpacity: NumericStyling;
};
interface Cursors {
    start?: Cursor;
}
interface TerraDrawEllipseModeOptions<T extends CustomStyling> extends BaseModeOptions<T> {
    keyEvents?: TerraDrawEllipseModeKeyEvents | null;
    cursors?: Cursors;
    startingRadiusKilometers?: number;
    projection?: Projection;
    drawInteraction?: DrawInteractions;
    segments?: number;
    showCoordinatePoints?: boolean;
}
export declare class TerraDrawEllipseMode extends TerraDrawBaseDrawMode<EllipsePolygonStyling> {
    mode: string;
    private center;
    private endPosition;
    private segments;
    private currentEllipseId;
    private keyEvents;
    private cursors;
    private startingRadiusKilometers;
    private cursorMovedAfterInitialCursorDown;
    private drawInteraction;
    private drawType;
    private minimumSegments;
    private showCoordinatePoints;
    private cancelled;
    private readFeature;
    private coordinatePoints;
    private mutateFeature;
    constructor(options?: TerraDrawEllipseModeOptions<EllipsePolygonStyling>);
    updateOptions(options?: ModeUpdateOptions<TerraDrawEllipseModeOptions<EllipsePolygonStyling>>): void;
    private close;
    private beginDrawing;
    private dragDrawAllowed;
    private moveDrawAllowed;
    /** @internal */
    start(): void;
    /** @internal */
    stop(): void;
    /** @internal */
    onClick(event: TerraDrawMouseEvent): void;
    /** @internal */
    onMouseMove(event: TerraDrawMouseEvent): void;
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
    private updateEllipse;
    afterFeatureUpdated(feature: GeoJSONStoreFeatures): void;
    afterFeatureAdded(feature: GeoJSONStoreFeatures): void;
    registerBehaviors(config: BehaviorConfig): void;
}
export {};
