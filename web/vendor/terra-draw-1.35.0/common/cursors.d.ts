export declare const CursorValues: {
    readonly Crosshair: "crosshair";
    readonly Pointer: "pointer";
    readonly Grab: "grab";
    readonly Grabbing: "grabbing";
    readonly Move: "move";
    readonly Unset: "unset";
};
