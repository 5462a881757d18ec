import { CartesianPoint } from "../common";
/**
 * Calculate the relative angle between two lines
 * @param A The first point of the first line
 * @param B The second point of the first line and the first point of the second line
 * @param C The second point of the second line
 * @returns The relative angle between the two lines
 */
export declare function calculateRelativeAngle(A: CartesianPoint, B: CartesianPoint, C: CartesianPoint): number;
