import { TerraDrawAdapterStyling } from "../common";
export declare const getDefaultStyling: () => TerraDrawAdapterStyling;
