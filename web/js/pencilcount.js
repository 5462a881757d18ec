// What follows the pencil in a study: how many of the rated houses in the drawn area are red, and how many elsewhere. Counts alone: no
// test, no question of the study. An area can be kept to compare the next one with.
import * as api from "./api.js";
import { number, pick, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { may, set, state, watch } from "./state.js";
import { announce, el, fill } from "./ui.js";

/** @typedef {import("./state.js").Area} Area */

/** What the next area is compared with, instead of with the rest. @type {Area | null} */
let kept = null;
/** @type {api.Preview | null} */
let counted = null;
/** The shape under the pencil. @type {Area | null} */
let sketch = null;
let busy = false;
let again = false;
let heard = () => {};

export const keptArea = () => kept;

/** @param {Area} area @returns {api.Drawn} */
export const asDrawn = (area) => ({ type: "Feature", properties: {}, geometry: area });

/** @param {Area | null} area */
export function keepArea(area) {
  kept = area;
  heard();
  follow(state.area);
}

/** Counts in this shape, as often as the server answers; the newest shape wins. @param {Area | null} area */
export function follow(area) {
  sketch = area;
  if (busy) again = true;
  else count();
}

async function count() {
  const { study } = state;
  if (!study || !sketch || !may("analyse") || crosses(sketch)) {
    counted = null;
    return show();
  }
  busy = true;
  try {
    counted = await api.previewIn(study, { date: state.day, as: state.as ?? undefined, area: asDrawn(sketch), other: kept ? asDrawn(kept) : undefined });
  } catch {
    counted = null; // a shape that crosses itself on the way is none yet
  }
  busy = false;
  if (again) {
    again = false;
    return count();
  }
  show();
}

/** Whether a shape has no inside, or crosses itself, as one on the way often does. @param {Area} area */
function crosses({ coordinates: [ring] }) {
  const points = ring.slice(0, -1).filter(([x, y], i) => x !== ring[i + 1][0] || y !== ring[i + 1][1]);
  if (points.length < 3) return true;
  const turn = (/** @type {number[]} */ a, /** @type {number[]} */ b, /** @type {number[]} */ c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const side = (/** @type {number} */ i) => [points[i], points[(i + 1) % points.length]];
  return points.some((_, i) => points.some((_, j) => {
    if (j < i + 2 || (i === 0 && j === points.length - 1)) return false;
    const [[a, b], [c, d]] = [side(i), side(j)];
    return turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
  })) || points.every((point) => !turn(points[0], points[1], point));
}

/** @param {() => void} changed the kept area is another one */
export function startPencilCount(changed) {
  heard = changed;
  watch(["area", "study", "day", "revision", "as", "me"], () => follow(state.area));
  follow(state.area);
}

/** Where the counts stand. @param {() => void} pencil takes the pencil up */
export function pencilCount(pencil) {
  return [el("div", { id: "pencil-count" }, counts()),
    el("div", { class: "pencil-acts" },
      el("button", { type: "button", id: "study-draw", onclick: pencil }, icon("polygon"), tr(state.area ? "drawAnother" : "startDrawing")),
      state.area && !kept && el("button", { type: "button", id: "keep-area", onclick: () => { keepArea(state.area); set({ area: null, scope: "view" }); announce(tr("keptSaid")); } }, icon("copy"), tr("keepArea")),
      kept && el("button", { type: "button", id: "drop-kept", onclick: () => keepArea(null) }, icon("close"), tr("dropKept")))];
}

const show = () => {
  const room = document.getElementById("pencil-count");
  if (room) fill(room, ...counts());
};

function counts() {
  if (!counted || !sketch) return [el("p", { class: "hint" }, tr(kept ? "drawSecond" : "drawFirst"))];
  const { inside, rest, other, note } = counted;
  const against = other ?? rest;
  return [shareLine(tr("label_inside"), inside), against && shareLine(tr(other ? "label_other" : "label_rest"), against), el("p", { class: "hint" }, pick(note))].filter((part) => part !== undefined);
}

/** @param {string} name @param {api.Share} share */
function shareLine(name, { houses, red, share }) {
  const bar = el("i");
  bar.style.width = `${(share ?? 0) * 100}%`;
  return el("div", { class: "share-line" }, el("span", null, name), el("span", { class: "figure" }, mark("red"), tr("redOf", red, houses), el("b", null, share === null ? "–" : `${number(share * 100, 1)} %`)), el("span", { class: "bar", "aria-hidden": "true" }, bar));
}
