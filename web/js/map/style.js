// The map's style as plain data: a z-ordered list of layers, light and dark. Knows no map object.
import { COLOURS, RAMP, TEAMS, TIERS } from "../tiers.js";
import { basemapLayers, basemapSource } from "./basemap.js";

/** @typedef {import("../tiers.js").Tier} Tier */
/** @typedef {import("../tiers.js").Theme} Theme */
/** @typedef {import("../api.js").Basemap} Basemap */

export const FONT = ["Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "sans-serif"];

/** From this zoom on the tiles hold single houses, below it cells. */
export const HOUSES_FROM = 14;

/** @type {Record<Theme, Record<string, string>>} */
const INK = {
  light: {
    ground: "#F4F2EC", green: "#D5E6C8", field: "#ECEEDD", water: "#BBD9EC", waterLine: "#A9CCE3", waterText: "#3F7295", building: "#E6E1D6", buildingLine: "#D6CFC1",
    main: "#FCE9B8", mainCase: "#E3CC90", side: "#FFFFFF", sideCase: "#DAD5CA", lane: "#FBFAF7", laneCase: "#E3DED4", street: "#5C6068", halo: "#FFFFFF",
    area: "#8A6F9E", areaText: "#6B5380", accent: "#1D5FBF",
  },
  dark: {
    ground: "#12171D", green: "#1A2C23", field: "#151D1C", water: "#16293A", waterLine: "#1C3448", waterText: "#6C9CBF", building: "#202932", buildingLine: "#333F4B",
    main: "#4A5563", mainCase: "#0D1115", side: "#343F4B", sideCase: "#0D1115", lane: "#2A333D", laneCase: "#0F1419", street: "#9AA6B3", halo: "#12171D",
    area: "#7A6790", areaText: "#A996BE", accent: "#7FB0FF",
  },
};

/** What kind of area a boundary is. */
const LEVEL = ["coalesce", ["get", "level"], ["get", "class"]];

const zoomed = (/** @type {(number | unknown[])[]} */ ...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const ofClass = (/** @type {string[]} */ ...names) => ["in", ["get", "class"], ["literal", names]];

const isGroup = (/** @type {string} */ what) => ["==", ["get", "what"], what];

/** Names a house's picture: `tier|red|light`. @param {Theme} theme */
const tierImage = (theme) => ["concat", "tier|", ["get", "tier"], `|${theme}`];

/** A team has its colour on the map. @param {Theme} theme */
const teamColour = (theme) => ["match", ["%", ["to-number", ["get", "team"]], TEAMS[theme].length], ...TEAMS[theme].slice(1).flatMap((colour, i) => [i + 1, colour]), TEAMS[theme][0]];

/**
 * Names a cell's picture from its counts; tiers that are filtered out count as nothing.
 * @param {Theme} theme
 * @param {Tier[]} shown
 */
const cellImage = (theme, shown) => [
  "concat", "cell|",
  ...TIERS.flatMap((tier, i) => [i ? "," : "", shown.includes(tier) ? ["to-string", ["coalesce", ["get", tier], 0]] : "0"]),
  `|${theme}`,
];

/**
 * All layers, bottom first.
 * @param {Theme} theme
 * @param {Tier[]} tiers the filter; empty means all
 * @param {Basemap | null} basemap a further map, under the site's own
 * @returns {any[]}
 */
export function layers(theme, tiers, basemap) {
  const ink = INK[theme];
  const shown = tiers.length ? tiers : TIERS;
  const road = (/** @type {string} */ id, /** @type {string} */ name, /** @type {unknown[]} */ width, /** @type {string} */ colour, /** @type {number} */ minzoom) => ({
    id, type: "line", source: "base", "source-layer": "streets", minzoom, filter: ofClass(name),
    layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colour, "line-width": width },
  });
  return [
    { id: "ground", type: "background", paint: { "background-color": ink.ground } },
    ...(basemap ? basemapLayers(basemap, ink, FONT, theme === "dark") : []),
    { id: "green", type: "fill", source: "base", "source-layer": "green", paint: { "fill-color": ["match", ["get", "class"], "field", ink.field, ink.green] } },
    { id: "water", type: "fill", source: "base", "source-layer": "water", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ink.water, "fill-outline-color": ink.waterLine } },
    { id: "water-line", type: "line", source: "base", "source-layer": "water", filter: ["==", ["geometry-type"], "LineString"], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": ink.water, "line-width": zoomed(12, 1.5, 15, 7, 18, 36) } },
    { id: "area-fill", type: "fill", source: "base", "source-layer": "areas", filter: ["!=", LEVEL, "community"], paint: { "fill-color": ink.area, "fill-opacity": 0.03 } },
    road("lane-case", "lane", zoomed(14, 1.2, 16, 4.5, 18, 12), ink.laneCase, 14),
    road("side-case", "side", zoomed(11, 0.8, 14, 4.6, 16, 11, 18, 30), ink.sideCase, 11),
    road("main-case", "main", zoomed(9, 1, 14, 7, 16, 16, 18, 42), ink.mainCase, 8),
    road("lane", "lane", zoomed(14, 0.6, 16, 3.2, 18, 10), ink.lane, 14),
    road("side", "side", zoomed(11, 0.4, 14, 3.4, 16, 9, 18, 27), ink.side, 11),
    road("main", "main", zoomed(9, 0.6, 14, 5.4, 16, 13.5, 18, 38), ink.main, 8),
    { id: "buildings", type: "fill", source: "base", "source-layer": "buildings", minzoom: 14, paint: { "fill-color": ink.building, "fill-outline-color": ink.buildingLine, "fill-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0.5, 15.5, 1] } },
    { id: "density", type: "fill", source: "density",
      paint: { "fill-color": ["match", ["get", "step"], ...RAMP[theme].slice(1).flatMap((colour, i) => [i + 1, colour]), RAMP[theme][0]], "fill-opacity": 0.72, "fill-outline-color": ink.ground } },
    { id: "area-line", type: "line", source: "base", "source-layer": "areas", paint: { "line-color": ink.area, "line-opacity": ["match", LEVEL, "community", 0.8, 0.4], "line-width": ["match", LEVEL, "community", 2, 1], "line-dasharray": [3, 2.5] } },
    { id: "building-name", type: "symbol", source: "base", "source-layer": "buildings", minzoom: 16, filter: ["has", "name"],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-padding": 24, "text-max-width": 7 },
      paint: { "text-color": ink.street, "text-halo-color": ink.halo, "text-halo-width": 1.4, "text-opacity": 0.8 } },
    { id: "street-name", type: "symbol", source: "base", "source-layer": "streets", minzoom: 14, filter: ["has", "name"],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 14, 11, 17, 14], "text-letter-spacing": 0.06, "symbol-spacing": 320 },
      paint: { "text-color": ink.street, "text-halo-color": ink.halo, "text-halo-width": 1.6 } },
    { id: "water-name", type: "symbol", source: "base", "source-layer": "water", minzoom: 13, filter: ["all", ["has", "name"], ["==", ["geometry-type"], "LineString"]],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-letter-spacing": 0.15 },
      paint: { "text-color": ink.waterText, "text-halo-color": ink.water, "text-halo-width": 1.2 } },
    { id: "area-name", type: "symbol", source: "base", "source-layer": "places", minzoom: 12.5, maxzoom: 16, filter: ["all", ["has", "name"], ["!=", LEVEL, "community"]],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 16, 14], "text-letter-spacing": 0.1, "text-padding": 4,
        // The houses are placed first and the name looks for a free spot about them.
        "text-variable-anchor-offset": ["center", [0, 0], "bottom", [0, -3.4], "top", [0, 3.4], "bottom", [0, -4.6], "top", [0, 4.6], "left", [4, 0], "right", [-4, 0]] },
      paint: { "text-color": ink.areaText, "text-halo-color": ink.halo, "text-halo-width": 1.8, "text-opacity": ["interpolate", ["linear"], ["zoom"], 13.8, 0, 14, 1, 15.4, 1, 15.9, 0] } },
    // What a result card names: a cloud that is the denser the surer its houses belong together, never a hard edge.
    { id: "group-cell", type: "fill", source: "groups", filter: isGroup("cell"), paint: { "fill-color": ["match", ["get", "step"], ...RAMP[theme].slice(1).flatMap((colour, i) => [i + 1, colour]), RAMP[theme][0]], "fill-opacity": 0.62 } },
    { id: "group-cloud", type: "circle", source: "groups", filter: isGroup("house"),
      paint: { "circle-blur": 1, "circle-radius": zoomed(12, 12, 14, 30, 16, 75, 18, 200), "circle-color": ink.areaText, "circle-pitch-alignment": "map", "circle-opacity": ["*", ["get", "certainty"], ["case", ["get", "chosen"], 0.26, 0.13]] } },
    { id: "group-kept", type: "line", source: "groups", filter: isGroup("kept"), paint: { "line-color": ink.accent, "line-width": 2.5, "line-dasharray": [3, 2] } },
    { id: "none", type: "circle", source: "houses", "source-layer": "houses", minzoom: HOUSES_FROM, filter: shown.includes("none") ? ["==", ["get", "tier"], "none"] : ["boolean", false],
      paint: { "circle-color": COLOURS[theme].none, "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.3, 16, 2.6, 18, 4.5], "circle-stroke-color": ink.ground, "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 14, 0, 16, 0.8] } },
    { id: "houses", type: "symbol", source: "houses", "source-layer": "houses", minzoom: HOUSES_FROM,
      filter: ["all", ["!=", ["get", "tier"], "none"], ["in", ["get", "tier"], ["literal", shown]]],
      layout: {
        "icon-image": tierImage(theme), "icon-allow-overlap": true, "icon-padding": 0,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 14, ["match", ["get", "tier"], "unrated", 0.46, 0.62], 15.5, ["match", ["get", "tier"], "unrated", 0.6, 0.84], 18, ["match", ["get", "tier"], "unrated", 0.85, 1.15]],
        "symbol-z-order": "auto", "symbol-sort-key": ["match", ["get", "tier"], "red", 5, "yellow", 4, "star", 3, "green", 2, 1],
      } },
    { id: "pending", type: "symbol", source: "houses", "source-layer": "houses", minzoom: HOUSES_FROM,
      filter: ["all", ["==", ["get", "pending"], true], ["in", ["get", "tier"], ["literal", shown]]],
      layout: { "icon-image": `pending||${theme}`, "icon-allow-overlap": true, "icon-padding": 0, "icon-offset": [9, -9], "icon-size": ["interpolate", ["linear"], ["zoom"], 14, 0.7, 15.5, 0.9, 18, 1.2], "symbol-sort-key": 9 } },
    { id: "cells", type: "symbol", source: "houses", "source-layer": "cells", maxzoom: HOUSES_FROM,
      filter: ["any", ...shown.map((tier) => [">", ["coalesce", ["get", tier], 0], 0])],
      layout: { "icon-image": cellImage(theme, shown), "icon-allow-overlap": true, "icon-padding": 0, "symbol-sort-key": ["coalesce", ["get", "red"], 0] } },
    // The number too: nobody needs to tell the colours apart.
    { id: "density-count", type: "symbol", source: "density",
      layout: { "text-field": ["to-string", ["get", "residents"]], "text-font": FONT, "text-size": 11, "text-padding": 1, "symbol-sort-key": ["-", ["get", "residents"]] },
      paint: { "text-color": ink.areaText, "text-halo-color": ink.halo, "text-halo-width": 1.6 } },
    // Ways of a round under its stops; the team's name runs along with an arrow, so that nobody needs its colour.
    { id: "round-case", type: "line", source: "round", filter: ["==", ["geometry-type"], "LineString"], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": ink.halo, "line-width": zoomed(12, 4, 16, 8, 18, 12), "line-opacity": 0.9 } },
    { id: "round-way", type: "line", source: "round", filter: ["==", ["geometry-type"], "LineString"], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": teamColour(theme), "line-width": zoomed(12, 2, 16, 4, 18, 7) } },
    { id: "round-name", type: "symbol", source: "round", filter: ["==", ["geometry-type"], "LineString"],
      layout: { "symbol-placement": "line", "symbol-spacing": 130, "text-field": ["concat", ["get", "name"], " ›"], "text-font": FONT, "text-size": 13, "text-keep-upright": false, "text-padding": 1 },
      paint: { "text-color": teamColour(theme), "text-halo-color": ink.halo, "text-halo-width": 2 } },
    { id: "round-stop", type: "symbol", source: "round", filter: ["==", ["geometry-type"], "Point"],
      layout: { "icon-image": ["concat", "stop|", ["to-string", ["get", "team"]], ",", ["to-string", ["get", "number"]], ",", ["get", "state"], `|${theme}`], "icon-allow-overlap": true, "icon-padding": 0, "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.6, 15, 0.9, 18, 1.2], "symbol-sort-key": ["-", ["get", "number"]] } },
    { id: "group-ring", type: "circle", source: "groups", filter: isGroup("house"), minzoom: 13,
      paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 13, 5, 14, 8, 18, 17], "circle-color": ink.areaText, "circle-opacity": 0, "circle-stroke-color": ink.areaText, "circle-stroke-width": ["case", ["get", "chosen"], 2.5, 1.2], "circle-stroke-opacity": ["max", 0.15, ["get", "certainty"]] } },
    { id: "group-badge", type: "circle", source: "groups", filter: isGroup("badge"), paint: { "circle-radius": ["case", ["get", "chosen"], 15, 12], "circle-color": ["case", ["get", "chosen"], ink.areaText, ink.halo], "circle-stroke-color": ink.areaText, "circle-stroke-width": 2.5 } },
    { id: "group-number", type: "symbol", source: "groups", filter: isGroup("badge"),
      layout: { "text-field": ["to-string", ["get", "group"]], "text-font": FONT, "text-size": 13, "text-allow-overlap": true, "text-ignore-placement": true }, paint: { "text-color": ["case", ["get", "chosen"], ink.halo, ink.areaText] } },
    { id: "halo-glow", type: "circle", source: "halo", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 12, 18, 20], "circle-color": ink.accent, "circle-opacity": 0.14, "circle-stroke-color": theme === "light" ? "#FFFFFF" : "#0A0D11", "circle-stroke-width": 5, "circle-stroke-opacity": 0.85 } },
    { id: "halo", type: "circle", source: "halo", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 13, 18, 21], "circle-opacity": 0, "circle-stroke-color": ink.accent, "circle-stroke-width": 3 } },
    { id: "bare", type: "symbol", source: "houses", "source-layer": "houses", minzoom: HOUSES_FROM, filter: ["boolean", false],
      layout: { "icon-image": `bare||${theme}`, "icon-allow-overlap": true, "icon-padding": 0, "icon-offset": [-9, 9], "icon-size": ["interpolate", ["linear"], ["zoom"], 14, 0.42, 15.5, 0.8, 18, 1.3], "symbol-sort-key": 8 } },
    { id: "camera-view", type: "symbol", source: "cameras", filter: [">=", ["get", "turn"], 0],
      layout: { "icon-image": `view||${theme}`, "icon-rotate": ["get", "turn"], "icon-rotation-alignment": "map", "icon-allow-overlap": true, "icon-padding": 0, "icon-anchor": "bottom", "icon-size": ["interpolate", ["linear"], ["zoom"], 14, 0.38, 16, 0.7, 18, 1.3] } },
    { id: "cameras", type: "symbol", source: "cameras", layout: { "icon-image": `camera||${theme}`, "icon-allow-overlap": true, "icon-padding": 0, "icon-size": ["interpolate", ["linear"], ["zoom"], 14, 0.65, 17, 1] } },
    { id: "spots", type: "symbol", source: "spots", layout: { "icon-image": ["concat", "spot|", ["to-string", ["get", "n"]], `|${theme}`], "icon-allow-overlap": true, "icon-padding": 0, "icon-offset": [0, -17], "symbol-sort-key": ["-", 0, ["get", "n"]] } },
    { id: "flips", type: "symbol", source: "flips",
      layout: { "icon-image": ["concat", "flip|", ["get", "way"], `|${theme}`], "icon-allow-overlap": true, "icon-padding": 0, "icon-size": ["interpolate", ["linear"], ["zoom"], 12, 0.5, 14, 0.62, 15.5, 0.95, 18, 1.3], "symbol-sort-key": ["match", ["get", "way"], "worse", 2, 1] } },
  ];
}

/**
 * @param {Theme} theme
 * @param {Tier[]} tiers
 * @param {{ houses: string, base: string }} tiles URL templates
 * @param {Basemap | null} basemap
 * @returns {any} a MapLibre style; without glyphs, so all text is drawn with local fonts
 */
export function style(theme, tiers, tiles, basemap) {
  return {
    version: 8,
    sources: {
      ...(basemap ? { basemap: basemapSource(basemap) } : {}),
      base: { type: "vector", tiles: [tiles.base], minzoom: 0, maxzoom: 16 },
      houses: { type: "vector", tiles: [tiles.houses], minzoom: 0, maxzoom: 16 },
      density: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      cameras: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      spots: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      flips: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      round: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      groups: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      halo: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: layers(theme, tiers, basemap),
  };
}

/** The colours the drawing tools use. @param {Theme} theme */
export const drawInk = (theme) => ({ line: /** @type {`#${string}`} */ (INK[theme].accent), paper: /** @type {`#${string}`} */ (theme === "light" ? "#FFFFFF" : "#12171D") });
