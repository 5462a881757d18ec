import { Feature, Polygon } from "geojson";
import { Unproject } from "../../common";
export declare function createBBoxFromPoint({ unproject, point, pointerDistance, }: {
    point: {
        x: number;
        y: number;
    };
    unproject: Unproject;
    pointerDistance: number;
}): Feature<Polygon>;
