// The map: shows houses, answers what is in view, reports picks. With map/draw.js the only code that knows the map library.
import { LngLatBounds, Map as GlMap, ScaleControl } from "../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs";
import { calm } from "../ui.js";
import { picture, RATIO } from "./symbols.js";
import { HOUSES_FROM, layers, style } from "./style.js";

/** @typedef {import("../tiers.js").Tier} Tier */
/** @typedef {import("../tiers.js").Theme} Theme */
/** @typedef {import("../state.js").Area} Area */
/** @typedef {{ top: number, right: number, bottom: number, left: number }} Insets parts of the map covered by panels, in px */
/** @typedef {{ code: string, tier: Tier, lng: number, lat: number }} Picked */
/** @typedef {{ type: "FeatureCollection", features: { type: "Feature", properties: Record<string, unknown>, geometry: { type: string, coordinates: unknown } }[] }} RoundDrawing ways of teams, their stops and starts */
/** @typedef {{ red: number, yellow: number, green: number, star: number, unrated: number, none: number, total: number }} CellCounts */
/**
 * @typedef {object} Options
 * @property {HTMLElement} container
 * @property {Theme} theme
 * @property {Tier[]} tiers
 * @property {string} day
 * @property {number} revision
 * @property {{ z: number, lat: number, lng: number } | null} at
 * @property {[number, number, number, number] | null} bounds of the site
 * @property {import("../api.js").Basemap | null} basemap
 * @property {() => Insets} insets
 * @property {() => Record<string, string>} identity headers of tile requests
 * @property {() => string} lens "published", "computed", or "" for what the server gives the asker
 * @property {() => void} moved
 * @property {(house: Picked) => void} picked
 * @property {(id: string) => void} photo one was picked
 * @property {() => boolean} choosing whether a click chooses a house for something else
 * @property {(number: number) => void} grouped the badge of a group of houses was picked
 * @property {(point: { x: number, y: number } | null, house: Picked | null, cell: CellCounts | null) => void} hovered
 */

/** @typedef {{ type: "Feature", properties: { what: "house" | "badge" | "cell" | "kept", group: number, chosen: boolean, certainty?: number, step?: number }, geometry: { type: string, coordinates: unknown } }} GroupFeature */
/** @typedef {{ type: "FeatureCollection", features: GroupFeature[] }} GroupDrawing houses of groups with the certainty that they belong, badges, cells of a density, the kept area */

/** Whether this browser can draw the map at all. */
export function canDraw() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

export class HouseMap {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.theme = options.theme;
    this.tiers = options.tiers;
    this.day = options.day;
    this.revision = options.revision;
    this.lens = options.lens();
    /** While a drawing tool is at work, clicks are not picks. */
    this.picking = true;
    /** Who waits for a place to be shown on the map. @type {((at: [number, number]) => void) | null} */
    this.placing = null;
    /** Whether `freshen` is called for every change, so that nothing else needs to. */
    this.live = false;
    /** The style is there; the library's own word for it is false again during every change. */
    this.loaded = false;
    // Below zoom 4 a wide view would have edges of more than 180 degrees, which is no polygon to ask about.
    this.gl = new GlMap({
      container: options.container,
      style: style(this.theme, this.tiers, this.tiles(), options.basemap),
      center: options.at ? [options.at.lng, options.at.lat] : [105, 34],
      zoom: options.at?.z ?? 4,
      minZoom: 4, maxZoom: 20, maxPitch: 0, attributionControl: false, dragRotate: true, pitchWithRotate: false,
      fadeDuration: calm() ? 0 : 150,
      pixelRatio: Math.min(devicePixelRatio || 1, 2),
      localIdeographFontFamily: '"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif',
      transformRequest: (url) => ({ url, headers: options.identity() }),
    });
    this.gl.setMissingStyleImageResolver((id) => {
      const drawn = picture(id);
      if (drawn && !this.gl.hasImage(id)) this.gl.addImage(id, drawn, { pixelRatio: RATIO });
    });
    this.gl.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
    this.gl.touchZoomRotate.disableRotation();
    if (!options.at && options.bounds) this.fit(false);
    this.gl.once("load", () => { this.loaded = true; });
    this.gl.on("moveend", options.moved);
    this.gl.on("movestart", () => options.hovered(null, null, null));
    this.gl.on("click", (event) => this.click(event.point, /** @type {PointerEvent} */ (event.originalEvent).pointerType === "touch"));
    if (matchMedia("(hover: hover)").matches) {
      this.gl.on("mousemove", (event) => this.hover(event.point));
      this.gl.on("mouseout", () => options.hovered(null, null, null));
    }
    this.gl.on("error", () => {}); // a tile that does not come is told by the api room, which asks at the same time
    if (new URLSearchParams(location.search).get("test") === "1") Object.assign(window, { __map: this.gl });
  }

  tiles() {
    const as = this.lens ? `&as=${this.lens}` : "";
    return {
      houses: `${location.origin}/tiles/{z}/{x}/{y}.mvt?date=${this.day}&v=${this.revision}${as}`,
      base: `${location.origin}/tiles/base/{z}/{x}/{y}.mvt`,
    };
  }

  /** Calls `act` when the style is there, at once if it is already. @param {() => void} act */
  ready(act) {
    if (this.loaded) act();
    else this.gl.once("load", act);
  }

  /** Shows another day or the newest data. @param {string} day @param {number} revision */
  show(day, revision) {
    const same = day === this.day && this.lens === this.options.lens();
    if (same && (revision === this.revision || this.live)) return;
    [this.day, this.revision] = [day, revision];
    this.reload();
  }

  /** Asks again for the tiles that hold these tiles of zoom 16, or for all of them. @param {[number, number][] | null} changed @param {boolean} base */
  freshen(changed, base) {
    this.ready(() => {
      const deepest = 16;
      const zooms = Array.from({ length: 6 }, (_, step) => Math.min(Math.floor(this.gl.getZoom()) + 1, deepest) - step).filter((z) => z >= 0);
      const stale = changed?.flatMap(([x, y]) => zooms.map((z) => ({ z, x: x >> (deepest - z), y: y >> (deepest - z) })));
      if (!stale || stale.length) this.gl.refreshTiles("houses", stale);
      if (base) this.gl.refreshTiles("base");
    });
  }

  /** Asks for all house tiles again. */
  reload() {
    this.lens = this.options.lens();
    const source = /** @type {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").VectorTileSource | undefined} */ (this.gl.getSource("houses"));
    source?.setTiles([this.tiles().houses]);
  }

  /** Changes colours or filter without loading anything. @param {Theme} theme @param {Tier[]} tiers */
  restyle(theme, tiers) {
    this.ready(() => {
      const before = layers(this.theme, this.tiers, this.options.basemap);
      const after = layers(theme, tiers, this.options.basemap);
      [this.theme, this.tiers] = [theme, tiers];
      after.forEach((layer, i) => {
        const was = before[i];
        if (JSON.stringify(layer.filter) !== JSON.stringify(was.filter)) this.gl.setFilter(layer.id, layer.filter);
        for (const [name, value] of Object.entries(layer.paint ?? {})) {
          if (JSON.stringify(value) !== JSON.stringify(was.paint[name])) this.gl.setPaintProperty(layer.id, name, value);
        }
        for (const [name, value] of Object.entries(layer.layout ?? {})) {
          if (JSON.stringify(value) !== JSON.stringify(was.layout[name])) this.gl.setLayoutProperty(layer.id, name, value);
        }
      });
    });
  }

  /** Shows how many live in each cell. @param {import("../api.js").GridCells} cells */
  density(cells) {
    this.ready(() => {
      const source = /** @type {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").GeoJSONSource} */ (this.gl.getSource("density"));
      source.setData(/** @type {any} */ (cells));
    });
  }

  /** Shows what a result card names. @param {GroupDrawing} drawing */
  groups(drawing) {
    this.ready(() => {
      const source = /** @type {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").GeoJSONSource} */ (this.gl.getSource("groups"));
      source.setData(/** @type {any} */ (drawing));
    });
  }

  /** Rings a house. @param {{ lng: number, lat: number } | null} at */
  halo(at) {
    this.ready(() => {
      const source = /** @type {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").GeoJSONSource} */ (this.gl.getSource("halo"));
      source.setData({ type: "FeatureCollection", features: at ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [at.lng, at.lat] } }] : [] });
    });
  }

  /** Rings houses that would change tier. @param {{ lng: number, lat: number, way: "worse" | "better" | "other" }[]} list */
  flips(list) {
    this.ready(() => {
      const source = /** @type {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").GeoJSONSource} */ (this.gl.getSource("flips"));
      source.setData({ type: "FeatureCollection", features: list.map(({ lng, lat, way }) => ({ type: "Feature", properties: { way }, geometry: { type: "Point", coordinates: [lng, lat] } })) });
    });
  }

  /** Shows whence photos were taken. @param {{ id: string, lon: number | null, lat: number | null, heading: number | null }[]} list */
  photos(list) {
    this.put("cameras", list.flatMap((one) => (one.lon === null || one.lat === null ? [] : [{ at: [one.lon, one.lat], of: { id: one.id, turn: one.heading ?? -1 } }])));
  }

  /** Shows whence one photo was taken, and the houses it may show. @param {Parameters<HouseMap["photos"]>[0][number] | null} photo @param {{ n: number, lng: number, lat: number }[]} spots */
  photo(photo, spots) {
    this.photos(photo ? [photo] : []);
    this.put("spots", spots.map(({ n, lng, lat }) => ({ at: [lng, lat], of: { n } })));
  }

  /** Marks houses without a photo. @param {number[]} ids as the tiles number them */
  bare(ids) {
    this.ready(() => this.gl.setFilter("bare", ids.length ? ["match", ["get", "id"], ids, true, false] : ["boolean", false]));
  }

  /** @param {string} source @param {{ at: number[], of: Record<string, string | number> }[]} points */
  put(source, points) {
    this.ready(() => {
      const found = /** @type {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").GeoJSONSource} */ (this.gl.getSource(source));
      found.setData({ type: "FeatureCollection", features: points.map(({ at, of }) => ({ type: "Feature", properties: of, geometry: { type: "Point", coordinates: at } })) });
    });
  }

  /** The middle of what is seen of the map. */
  centre() {
    const box = this.gl.getContainer();
    const { top, right, bottom, left } = this.options.insets();
    return this.gl.unproject([(left + box.clientWidth - right) / 2, (top + box.clientHeight - bottom) / 2]);
  }

  /** Shows the ways and stops of a round. @param {RoundDrawing} drawing */
  round(drawing) {
    this.ready(() => {
      const source = /** @type {import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs").GeoJSONSource} */ (this.gl.getSource("round"));
      source.setData(/** @type {any} */ (drawing));
    });
  }

  /** Brings these places into view. @param {[number, number][]} places */
  frame(places) {
    if (!places.length) return;
    const box = new LngLatBounds();
    for (const place of places) box.extend(place);
    const { top, right, bottom, left } = this.options.insets();
    const target = this.gl.cameraForBounds(box, { padding: { top: top + 48, right: right + 48, bottom: bottom + 48, left: left + 48 }, maxZoom: 17 });
    if (target) this.gl.easeTo({ ...target, duration: calm() ? 0 : 500 });
  }

  /** The next click says a place; null gives up. @param {((at: [number, number]) => void) | null} act */
  place(act) {
    this.placing = act;
    this.gl.getCanvas().classList.toggle("over", Boolean(act));
  }

  /** Where the map looks. */
  at() {
    const { lng, lat } = this.gl.getCenter();
    return { z: this.gl.getZoom(), lat, lng };
  }

  /** @param {{ z: number, lat: number, lng: number }} at */
  look(at) {
    this.gl.jumpTo({ center: [at.lng, at.lat], zoom: at.z });
  }

  /** Whether single houses are drawn at this zoom. */
  showsHouses() {
    return this.gl.getZoom() >= HOUSES_FROM;
  }

  /** The visible part of the map as a polygon. @returns {Area} */
  view() {
    const box = this.gl.getContainer();
    const { top, right, bottom, left } = this.options.insets();
    const [w, h] = [Math.max(box.clientWidth - right, left + 1), Math.max(box.clientHeight - bottom, top + 1)];
    const ring = [[left, h], [w, h], [w, top], [left, top], [left, h]].map(([x, y]) => {
      const { lng, lat } = this.gl.unproject([x, y]);
      return [Number(Math.max(-180, Math.min(180, lng)).toFixed(6)), Number(Math.max(-85, Math.min(85, lat)).toFixed(6))];
    });
    return { type: "Polygon", coordinates: [ring] };
  }

  /** Brings a house into view; stays where it is when the house is comfortably visible. @param {{ lng: number, lat: number }} at @param {boolean} [always] @param {number} [least] zoom */
  go(at, always = false, least = 16) {
    const box = this.gl.getContainer();
    const { top, right, bottom, left } = this.options.insets();
    const point = this.gl.project([at.lng, at.lat]);
    const seen = point.x > left + 40 && point.y > top + 40 && point.x < box.clientWidth - right - 40 && point.y < box.clientHeight - bottom - 40;
    if (seen && this.gl.getZoom() >= HOUSES_FROM && !always) return;
    this.gl.easeTo({ center: [at.lng, at.lat], zoom: Math.max(this.gl.getZoom(), least), offset: [(left - right) / 2, (top - bottom) / 2], duration: calm() ? 0 : 500 });
  }

  /** Shows the whole site; houses rather than cells when that is nearly the same. @param {boolean} [moving] */
  fit(moving = true) {
    const { bounds } = this.options;
    if (!bounds) return;
    const { top, right, bottom, left } = this.options.insets();
    const target = this.gl.cameraForBounds(new LngLatBounds(bounds), { padding: { top: top + 24, right: right + 24, bottom: bottom + 24, left: left + 24 } });
    if (!target) return;
    const zoom = Number(target.zoom);
    const to = { ...target, zoom: zoom < HOUSES_FROM && zoom > HOUSES_FROM - 0.9 ? HOUSES_FROM + 0.01 : zoom, bearing: 0 };
    if (moving && !calm()) this.gl.easeTo({ ...to, duration: 500 });
    else this.gl.jumpTo(to);
  }

  /** @param {number} steps */
  zoomBy(steps) {
    this.gl.easeTo({ zoom: Math.round(this.gl.getZoom() + steps), duration: calm() ? 0 : 250 });
  }

  /** Whether the map is turned. */
  turned() {
    return Math.abs(this.gl.getBearing()) > 0.5;
  }

  northUp() {
    this.gl.easeTo({ bearing: 0, duration: calm() ? 0 : 300 });
  }

  /** @param {string} label */
  name(label) {
    this.gl.getCanvas().setAttribute("aria-label", label);
  }

  /** A picture of the map for paper, in light colours, as a data URL. @returns {Promise<string>} */
  async photograph() {
    const { theme, tiers } = this;
    if (theme === "dark") {
      this.restyle("light", tiers);
      await new Promise((done) => this.gl.once("idle", done));
    }
    const picture = await new Promise((/** @type {(url: string) => void} */ done) => {
      // Only inside a render callback the drawing buffer still holds the picture.
      this.gl.once("render", () => done(this.gl.getCanvas().toDataURL("image/png")));
      this.gl.triggerRepaint();
    });
    this.restyle(theme, tiers);
    return picture;
  }

  /** Resolves once everything in view is drawn. @returns {Promise<void>} */
  settled() {
    return new Promise((done) => {
      if (this.gl.loaded() && this.gl.areTilesLoaded()) done();
      else this.gl.once("idle", () => done());
    });
  }

  /** @param {{ x: number, y: number }} point @param {number} reach */
  near(point, reach) {
    const names = ["houses", "none", "cells"].filter((name) => this.gl.getLayer(name));
    const found = this.gl.queryRenderedFeatures([[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]], { layers: names });
    const placed = found.map((feature) => {
      const [lng, lat] = /** @type {[number, number]} */ (/** @type {any} */ (feature.geometry).coordinates);
      const at = this.gl.project([lng, lat]);
      return { feature, lng, lat, away: Math.hypot(at.x - point.x, at.y - point.y) + (feature.layer.id === "none" ? 4 : 0) };
    });
    return placed.sort((a, b) => a.away - b.away)[0] ?? null;
  }

  /** @param {{ x: number, y: number }} point @param {boolean} touch */
  click(point, touch) {
    if (this.placing) {
      const { lng, lat } = this.gl.unproject([point.x, point.y]);
      const told = this.placing;
      this.place(null);
      return told([Number(lng.toFixed(6)), Number(lat.toFixed(6))]);
    }
    if (!this.picking) return;
    const reach = touch ? 14 : 5;
    const [camera] = this.gl.getLayer("cameras") ? this.gl.queryRenderedFeatures([[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]], { layers: ["cameras"] }) : [];
    if (camera && !this.options.choosing()) return this.options.photo(String(camera.properties.id));
    const [badge] = this.gl.queryRenderedFeatures([[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]], { layers: ["group-badge"] });
    if (badge) return this.options.grouped(Number(badge.properties.group));
    const hit = this.near(point, reach);
    if (!hit) return;
    const { lng, lat, feature } = hit;
    if (feature.layer.id === "cells") {
      this.gl.easeTo({ center: [lng, lat], zoom: Math.min(Math.max(this.gl.getZoom() + 2, 12), HOUSES_FROM + 0.6), duration: calm() ? 0 : 500 });
    } else {
      this.options.picked({ code: String(feature.properties.code), tier: /** @type {Tier} */ (feature.properties.tier), lng, lat });
    }
  }

  /** @param {{ x: number, y: number }} point */
  hover(point) {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (!this.picking || this.placing || this.gl.isMoving()) return this.options.hovered(null, null, null);
      const hit = this.near(point, 4);
      this.gl.getCanvas().classList.toggle("over", Boolean(hit));
      if (!hit) return this.options.hovered(null, null, null);
      const at = this.gl.project([hit.lng, hit.lat]);
      const of = /** @type {any} */ (hit.feature.properties);
      if (hit.feature.layer.id === "cells") this.options.hovered(at, null, of);
      else this.options.hovered(at, { code: String(of.code), tier: of.tier, lng: hit.lng, lat: hit.lat }, null);
    });
  }
}
