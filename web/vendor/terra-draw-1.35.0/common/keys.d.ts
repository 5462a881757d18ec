declare const KeyboardEventKey: {
    readonly Enter: "Enter";
    readonly Escape: "Escape";
    readonly Backspace: "Backspace";
    readonly Delete: "Delete";
};
export { KeyboardEventKey };
