import { FeatureId, GeoJSONStoreFeatures } from "../store";
export declare class SpatialIndex {
    private tree;
    private idToNode;
    private nodeToId;
    constructor(options?: {
        maxEntries: number;
    });
    private setMaps;
    private toBBox;
    insert(feature: GeoJSONStoreFeatures): void;
    load(features: GeoJSONStoreFeatures[]): void;
    update(feature: GeoJSONStoreFeatures): void;
    remove(featureId: FeatureId): void;
    clear(): void;
    search(feature: GeoJSONStoreFeatures): FeatureId[];
    collides(feature: GeoJSONStoreFeatures): boolean;
}
