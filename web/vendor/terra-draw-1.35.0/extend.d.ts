import { TerraDrawBaseAdapter, BaseAdapterConfig } from "./common/base.adapter";
import { Cursor, HexColorStyling, NumericStyling, SELECT_PROPERTIES, TerraDrawCallbacks } from "./common";
import { BaseModeOptions, CustomStyling, TerraDrawBaseDrawMode, TerraDrawBaseSelectMode } from "./modes/base.mode";
import { FeatureId, GeoJSONStore } from "./store/store";
import { getDefaultStyling } from "./util/styling";
export { GeoJSONStore, TerraDrawBaseDrawMode, TerraDrawBaseSelectMode, TerraDrawBaseAdapter, getDefaultStyling, SELECT_PROPERTIES, type FeatureId, type Cursor, type BaseModeOptions, type CustomStyling, type NumericStyling, type HexColorStyling, type TerraDrawCallbacks, type BaseAdapterConfig, };
