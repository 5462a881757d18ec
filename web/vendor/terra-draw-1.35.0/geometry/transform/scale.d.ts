import { Position } from "geojson";
export declare function transformScaleWebMercatorCoordinates({ coordinates, originX, originY, xScale, yScale, }: {
    coordinates: Position[];
    originX: number;
    originY: number;
    xScale: number;
    yScale: number;
}): void;
