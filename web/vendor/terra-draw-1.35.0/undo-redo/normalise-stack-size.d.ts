export declare function normaliseMaxStackSize(maxStackSize?: number): number;
