import { CartesianPoint } from "../../common";
export declare const cartesianDistance: (pointOne: CartesianPoint, pointTwo: CartesianPoint) => number;
