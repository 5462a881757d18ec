/** Preserve large arcs, reversing only when the sweep crosses back through zero. */
export declare function getUpdatedArcDirection(direction: "clockwise" | "anticlockwise", startBearing: number, previousEndBearing: number, endBearing: number): "clockwise" | "anticlockwise";
