import { CartesianPoint } from "../../common";
/**
 * Convert longitude and latitude to web mercator x and y
 * @param lng
 * @param lat
 * @returns - web mercator x and y
 */
export declare const lngLatToWebMercatorXY: (lng: number, lat: number) => CartesianPoint;
/**
 * Convert web mercator x and y to longitude and latitude
 * @param x - web mercator x
 * @param y - web mercator y
 * @returns - longitude and latitude
 */
export declare const webMercatorXYToLngLat: (x: number, y: number) => {
    lng: number;
    lat: number;
};
