export declare const earthRadius = 6371008.8;
export declare function degreesToRadians(degrees: number): number;
export declare function lengthToRadians(distance: number): number;
export declare function radiansToDegrees(radians: number): number;
