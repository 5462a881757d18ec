export type Node = {
    children: Node[];
    height: number;
    leaf: boolean;
    minX: number;
    minY: number;
    maxX: number;
    maxY: number;
};
export declare class RBush {
    private _maxEntries;
    private _minEntries;
    private data;
    constructor(maxEntries: number);
    search(bbox: Node): Node[];
    collides(bbox: Node): boolean;
    load(data: Node[]): void;
    insert(item: Node): void;
    clear(): void;
    remove(item: Node): void;
    private toBBox;
    private compareMinX;
    private compareMinY;
    private _all;
    private _build;
    private _chooseSubtree;
    private _insert;
    private _split;
    private _splitRoot;
    private _chooseSplitIndex;
    private _chooseSplitAxis;
    private _allDistMargin;
    private _adjustParentBBoxes;
    private _condense;
}
