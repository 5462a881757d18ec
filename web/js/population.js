// How many live where, for staff: a layer of the map switched on in the legend, a line in the drawn area, and whom schools and clinics serve.
import * as api from "./api.js";
import { number, serviceName, tr, troubleText } from "./i18n.js";
import { may, set, state, watch } from "./state.js";
import { RAMP } from "./tiers.js";
import { byId, el, fill, paused, toast } from "./ui.js";

/** Sides of cells in metres: round numbers. */
const SIDES = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
/** Cells across the view, about. */
const ACROSS = 36;

/** @typedef {{ residents: number, registered: number, temporary: number, houses: number, step: number }} Cell `step` of the scale, from 0 */

let asking = new AbortController();
/** Where the steps of the scale begin. @type {number[]} */
let steps = [];
let side = 0;

/** @param {(cells: api.GridCells) => void} show draws cells, or none */
export function startPopulation(show) {
  const load = paused(200, () => density(show));
  watch(["density", "view", "day", "revision", "me"], load);
  watch(["density", "me", "lang", "theme"], scale);
  const table = paused(200, services);
  watch(["day", "revision", "me", "lang"], table);
  byId("services").addEventListener("toggle", table);
  scale();
  services();
}

/** @type {api.GridCells} */
const NOTHING = { type: "FeatureCollection", features: [] };

/** @param {(cells: api.GridCells) => void} show */
async function density(show) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  if (!state.density || !state.view || !may("see_census")) {
    steps = [];
    scale();
    return show(NOTHING);
  }
  const [ring] = state.view.coordinates;
  const [lons, lats] = [0, 1].map((axis) => ring.map((point) => point[axis]));
  const [w, s, e, n] = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  const width = (e - w) * 111_320 * Math.cos((((s + n) / 2) * Math.PI) / 180);
  side = SIDES.find((metres) => metres * ACROSS >= width) ?? SIDES[SIDES.length - 1];
  try {
    const cells = await api.populationGrid([w, s, e, n], state.day, side, signal);
    steps = cells.features.length ? stepsUpTo(Math.max(...cells.features.map((cell) => cell.properties.residents))) : [];
    for (const { properties } of cells.features) properties.step = steps.filter((from) => properties.residents >= from).length - 1;
    show(cells);
    scale();
  } catch (error) {
    if (!api.stale(error) && !(error instanceof api.Gone)) toast(troubleText(error), "bad");
  }
}

/** Where the steps of a scale begin: each about twice the one before, rounded, from 1. @param {number} most */
export function stepsUpTo(most) {
  const halves = RAMP.light.map((_, i) => most / 2 ** (RAMP.light.length - i - 1) / 2).map((value, i) => (i ? rounded(value) : 1));
  return halves.filter((from, i) => i === 0 || from > halves[i - 1]);
}

/** To one digit, or two from 10 to 25. @param {number} value */
function rounded(value) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return Math.max(1, value / unit < 2.5 && unit >= 10 ? Math.round((value / unit) * 2) * (unit / 2) : Math.round(value / unit) * unit);
}

/** The switch and the scale under the tiers. */
function scale() {
  const room = byId("density");
  room.hidden = !may("see_census");
  if (room.hidden) return fill(room);
  const held = document.activeElement?.id === "density-switch";
  const ramp = RAMP[state.theme];
  fill(room,
    el("button", { type: "button", id: "density-switch", "aria-pressed": String(state.density), onclick: () => set({ density: !state.density }) }, tr("density")),
    state.density && steps.length > 0 && el("ol", { class: "ramp", "aria-label": tr("densityScale", side) }, steps.map((from, i) => {
      const swatch = el("i", { "aria-hidden": "true" });
      swatch.style.background = ramp[i];
      return el("li", null, swatch, i + 1 < steps.length ? (steps[i + 1] - from === 1 ? number(from) : `${number(from)}–${number(steps[i + 1] - 1)}`) : `${number(from)}+`);
    })),
    state.density && el("p", { class: "hint" }, steps.length ? tr("densityScale", side) : tr("densityNone")));
  if (held) byId("density-switch").focus({ preventScroll: true });
}

/** Whom each service point serves. Asked only while it is looked at. */
async function services() {
  byId("services-room").hidden = !may("see_census");
  const box = byId("services-table");
  if (!may("see_census") || !byId("services").open) return fill(box);
  try {
    const { services: points } = await api.services(state.day);
    if (!points.length) return fill(box, el("p", { class: "hint" }, tr("servicesNone")));
    const metres = (/** @type {number | null} */ value) => (value === null ? "–" : tr("metres", Math.round(value)));
    const head = /** @type {const} */ (["servicePoint", "servicePeople", "serviceMean", "serviceFarthest"]);
    fill(box, el("table", { class: "services" },
      el("thead", null, el("tr", null, head.map((word) => el("th", { scope: "col" }, tr(word))))),
      el("tbody", null, points.map((point) => el("tr", { data: { code: point.code } },
        el("th", { scope: "row" }, point.name, " ", el("span", { class: "hint" }, serviceName(point.kind))),
        el("td", null, number(point.people)), el("td", null, metres(point.mean_m)), el("td", null, metres(point.farthest_m)))))));
  } catch (error) {
    if (!(error instanceof api.Gone)) fill(box, el("p", { class: "hint" }, troubleText(error)));
  }
}

/** How many live in an area, in words; nothing for whom it is not told. @param {api.Summary} counts */
export const residentsOf = ({ population }) =>
  population && el("p", { class: "kinds", id: "area-residents" }, tr("residentsOf", population.registered, population.temporary, population.houses));
