import { LineString, Polygon, Position } from "geojson";
import { SnapToDegree, TerraDrawMouseEvent } from "../common";
import { BehaviorConfig, TerraDrawModeBehavior } from "./base.behavior";
export declare class DegreeSnappingBehavior extends TerraDrawModeBehavior {
    readonly config: BehaviorConfig;
    constructor(config: BehaviorConfig);
    private EPSILON;
    private DEFAULT_DEGREE;
    getSnappableCoordinate(event: TerraDrawMouseEvent, geometry: LineString | Polygon, currentCoordinate: number, options?: SnapToDegree): Position | undefined;
    private getDegree;
    private offsets;
    private snapOnWebMercator;
    private snapOnGlobe;
    private projectedCandidates;
    private getClosingCandidate;
    private closingDegrees;
    private hasAngle;
    private angle;
    private toLocalPoint;
    private fromLocalPoint;
    private closestPoint;
    private distance;
    private pixelDistance;
    private angleDifference;
}
