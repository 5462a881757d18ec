import { Position } from "geojson";
import { BehaviorConfig, TerraDrawModeBehavior } from "../../base.behavior";
import { FeatureId } from "../../../store/store";
import { SELECT_PROPERTIES } from "../../../common";
import { MutateFeatureBehavior } from "../../mutate-feature.behavior";
export type SelectionPointProperties = {
    mode: string;
    index: number;
    [SELECT_PROPERTIES.SELECTION_POINT_FEATURE_ID]: string;
    [SELECT_PROPERTIES.SELECTION_POINT]: true;
};
export declare class SelectionPointBehavior extends TerraDrawModeBehavior {
    constructor(config: BehaviorConfig, mutateFeatureBehavior: MutateFeatureBehavior);
    private mutateFeature;
    private _selectionPoints;
    get ids(): FeatureId[];
    set ids(_: FeatureId[]);
    create({ featureId, featureCoordinates, }: {
        featureId: FeatureId;
        featureCoordinates: Position[] | Position[][];
    }): void;
    delete(): void;
    updateAllInPlace({ featureCoordinates, }: {
        featureCoordinates: Position[] | Position[][];
    }): void;
    updateOneAtIndex(index: number, updatedCoordinate: Position): void;
}
