// The site's basemap as plain layers, under everything else: the vector layers of the Protomaps and of the OpenMapTiles schema, or images.

/** @typedef {import("../api.js").Basemap} Basemap */

const GREEN = ["park", "garden", "forest", "wood", "grass", "grassland", "meadow", "scrub", "cemetery", "nature_reserve", "recreation_ground", "golf_course", "village_green", "pitch"];
/** Roads by importance, in the words of both schemas. */
const MAIN = ["highway", "motorway", "trunk", "major_road", "primary", "secondary"];
const SIDE = ["medium_road", "tertiary", "minor_road", "minor"];
const LANE = ["other", "path", "service", "track", "pedestrian"];

/** What a thing is: Protomaps says `kind`, OpenMapTiles `class`. */
const WHAT = ["coalesce", ["get", "kind"], ["get", "class"], ""];
const among = (/** @type {string[]} */ words) => ["in", WHAT, ["literal", words]];
const zoomed = (/** @type {number[]} */ ...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];

/** @param {Basemap} basemap @returns {any} a source of MapLibre */
export function basemapSource({ kind, tiles, minzoom, maxzoom, bounds }) {
  return { type: kind, tiles: [location.origin + tiles], minzoom, maxzoom, bounds, ...(kind === "raster" ? { tileSize: 256 } : {}) };
}

/**
 * @param {Basemap} basemap
 * @param {Record<string, string>} ink
 * @param {string[]} font
 * @param {boolean} dark
 * @returns {any[]} bottom first
 */
export function basemapLayers(basemap, ink, font, dark) {
  if (basemap.kind === "raster") {
    return [{ id: "basemap", type: "raster", source: "basemap", paint: { "raster-brightness-max": dark ? 0.55 : 1, "raster-saturation": dark ? -0.5 : -0.2 } }];
  }
  const layer = (/** @type {string} */ from, /** @type {string} */ part, /** @type {object} */ rest) => ({ id: `basemap-${from}-${part}`, source: "basemap", "source-layer": from, ...rest });
  const polygons = ["==", ["geometry-type"], "Polygon"];
  const lines = ["==", ["geometry-type"], "LineString"];
  const round = { "line-cap": "round", "line-join": "round" };
  const green = (/** @type {string} */ from) => layer(from, "fill", { type: "fill", filter: ["all", polygons, among(GREEN)], paint: { "fill-color": ink.green } });
  const stream = (/** @type {string} */ from) => layer(from, "line", { type: "line", filter: lines, layout: round, paint: { "line-color": ink.water, "line-width": zoomed(9, 0.6, 14, 2.5, 18, 12) } });
  const roads = (/** @type {string} */ from) => [
    layer(from, "lane", { type: "line", minzoom: 13, filter: ["all", lines, among(LANE)], layout: round, paint: { "line-color": ink.lane, "line-width": zoomed(13, 0.5, 16, 2.2, 18, 6) } }),
    layer(from, "side-case", { type: "line", minzoom: 11, filter: ["all", lines, among(SIDE)], layout: round, paint: { "line-color": ink.sideCase, "line-width": zoomed(11, 0.6, 14, 3, 16, 8, 18, 22) } }),
    layer(from, "main-case", { type: "line", filter: ["all", lines, among(MAIN)], layout: round, paint: { "line-color": ink.mainCase, "line-width": zoomed(8, 0.8, 14, 6, 16, 13, 18, 34) } }),
    layer(from, "side", { type: "line", minzoom: 11, filter: ["all", lines, among(SIDE)], layout: round, paint: { "line-color": ink.side, "line-width": zoomed(11, 0.3, 14, 2, 16, 6.4, 18, 19) } }),
    layer(from, "main", { type: "line", filter: ["all", lines, among(MAIN)], layout: round, paint: { "line-color": ink.main, "line-width": zoomed(8, 0.5, 14, 4.6, 16, 11, 18, 30) } }),
  ];
  const buildings = (/** @type {string} */ from) => layer(from, "fill", { type: "fill", minzoom: 13, filter: polygons, paint: { "fill-color": ink.building, "fill-outline-color": ink.buildingLine } });
  const names = (/** @type {string} */ from) => layer(from, "name", {
    type: "symbol", maxzoom: 15, filter: ["has", "name"],
    layout: { "text-field": ["get", "name"], "text-font": font, "text-size": 12, "text-padding": 12 },
    paint: { "text-color": ink.street, "text-halo-color": ink.halo, "text-halo-width": 1.4 },
  });
  return [
    ...["landcover", "landuse"].map(green),
    layer("park", "fill", { type: "fill", filter: polygons, paint: { "fill-color": ink.green } }),
    layer("water", "fill", { type: "fill", filter: polygons, paint: { "fill-color": ink.water, "fill-outline-color": ink.waterLine } }),
    ...["water", "waterway"].map(stream),
    ...["buildings", "building"].map(buildings),
    ...["roads", "transportation"].flatMap(roads),
    ...["places", "place"].map(names),
  ];
}
