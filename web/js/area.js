// The drawn area: its tools, the keyboard way to one, and what the server counted in it.
import { kindName, number, tierName, tr, troubleText } from "./i18n.js";
import { icon, mark } from "./icons.js";
import * as api from "./api.js";
import { openPaper } from "./paper.js";
import { residentsOf } from "./population.js";
import { draftRound } from "./rounds.js";
import { may, set, state, watch } from "./state.js";
import { RATED, TIERS } from "./tiers.js";
import { announce, byId, el, fill, toast } from "./ui.js";

/** @typedef {import("./map/draw.js").Pencil} Pencil */
/** @typedef {import("./map/draw.js").Tool} Tool */

const RADII = [50, 100, 200, 300, 500, 1000, 2000];

/** @type {{ tool: Tool, word: import("./i18n.js").Word, icon: import("./icons.js").IconName, hint: import("./i18n.js").Word }[]} */
const TOOLS = [
  { tool: "polygon", word: "toolPolygon", icon: "polygon", hint: "hintPolygon" },
  { tool: "rectangle", word: "toolRectangle", icon: "rectangle", hint: "hintRectangle" },
  { tool: "circle", word: "toolCircle", icon: "circle", hint: "hintCircle" },
  { tool: "freehand", word: "toolLasso", icon: "lasso", hint: "hintLasso" },
  { tool: "select", word: "toolEdit", icon: "edit", hint: "hintEdit" },
];

/** @param {() => Pencil | null} pencil null while there is no map */
export function startArea(pencil) {
  const tools = byId("tools");
  const draw = () => {
    const at = pencil();
    const focused = document.activeElement?.id;
    const tool = (/** @type {typeof TOOLS[number]} */ one) => el("button", {
      type: "button", id: `tool-${one.tool}`, "aria-label": tr(one.word), title: tr(one.word), "aria-pressed": String(at?.tool === one.tool),
      disabled: !at || (one.tool === "select" && !state.area), onclick: () => at?.take(at.tool === one.tool ? "static" : one.tool),
    }, icon(one.icon));
    const act = (/** @type {string} */ id, /** @type {import("./icons.js").IconName} */ name, /** @type {import("./i18n.js").Word} */ word, /** @type {boolean | undefined} */ can, /** @type {() => void} */ run) =>
      el("button", { type: "button", id, "aria-label": tr(word), title: tr(word), disabled: !can, onclick: run }, icon(name));
    fill(tools, ...TOOLS.map(tool),
      act("undo", "undo", "toolUndo", at?.canUndo(), () => at?.undo()),
      act("redo", "redo", "toolRedo", at?.canRedo(), () => at?.redo()),
      act("erase", "trash", "toolDelete", Boolean(state.area), () => { if (at) at.erase(); else set({ area: null }); announce(tr("areaGone")); }));
    if (focused) /** @type {HTMLElement | null} */ (tools.querySelector(`#${focused}`))?.focus({ preventScroll: true });
    const using = TOOLS.find(({ tool: name }) => name === at?.tool);
    byId("tool-hint").textContent = using ? tr(using.hint) : state.area ? "" : tr("hintIdle");
    byId("tool-hint").hidden = !using && Boolean(state.area);
  };
  const words = () => {
    const chosen = byId("radius").value || "200";
    fill(byId("radius"), ...RADII.map((metres) => el("option", { value: metres, selected: String(metres) === chosen }, tr("metres", metres))));
  };
  byId("area-circle").addEventListener("click", () => {
    if (!state.halo) return toast(tr("needHouse"));
    set({ area: circleRound(state.halo, Number(byId("radius").value)), scope: "area" });
  });
  byId("area-view").addEventListener("click", () => { if (state.view) set({ area: state.view, scope: "area" }); });
  watch(["area", "lang"], draw);
  watch(["lang"], words);
  watch(["areaCounts", "area", "lang", "policy", "me", "tiers"], result);
  watch(["areaCounts"], () => { if (state.area && state.areaCounts) announce(said(state.areaCounts)); });
  words();
  draw();
  result();
  return draw;
}

/** @param {import("./api.js").Summary} counts */
const said = (counts) => (counts.total ? tr("areaSaid", counts.total, counts.by_kind.rental ?? 0, counts.by_tier.red ?? 0) : tr("areaEmpty"));

function result() {
  const { area, areaCounts: counts } = state;
  byId("area-size").textContent = area ? tr("areaSize", number(hectares(area), hectares(area) < 10 ? 2 : 1)) : "";
  const room = byId("area-result");
  room.hidden = !area;
  if (!area || !counts) return fill(room);
  const rated = TIERS.filter((tier) => tier !== "none" && counts.by_tier[tier] > 0);
  const rental = rated.reduce((sum, tier) => sum + counts.by_tier[tier], 0);
  const strip = el("div", { class: "strip", "aria-hidden": "true" }, rated.map((tier) => {
    const part = el("i", { class: `share ${tier}` });
    part.style.flexGrow = String(counts.by_tier[tier]);
    return part;
  }));
  const kinds = Object.entries(counts.by_kind).filter(([, count]) => count > 0);
  fill(room, el("p", { class: "said" }, said(counts)), rental > 0 && strip,
    counts.total > 0 && el("dl", { class: "tiers-of" }, TIERS.filter((tier) => counts.by_tier[tier] > 0).map((tier) => el("div", { data: { tier } }, el("dt", null, mark(tier), tierName(tier)), el("dd", null, number(counts.by_tier[tier]))))),
    kinds.length > 0 && el("p", { class: "kinds" }, el("span", { class: "offscreen" }, `${tr("byKind")}: `), kinds.map(([kind, count], i) => [i ? " · " : "", kindName(kind), " ", el("b", { data: { kind } }, number(count))]).flat()),
    residentsOf(counts),
    may("make_notice") && rental > 0 && el("button", { type: "button", id: "door-signs", onclick: () => doorSigns(area, counts) }, icon("paper"), tr("doorSigns")),
    may("plan_rounds") && rental > 0 && el("button", { type: "button", id: "area-round", onclick: () => draftRound() }, icon("route"), tr("roundHere")));
}

/** At most so many door signs come in one file. */
const SIGNS = 500;

/** One sign for each rated house of the area, or of the tiers that are filtered. @param {import("./state.js").Area} area @param {import("./api.js").Summary} counts */
function doorSigns(area, counts) {
  const tiers = RATED.filter((tier) => !state.tiers.length || state.tiers.includes(tier));
  const count = tiers.reduce((sum, tier) => sum + (counts.by_tier[tier] ?? 0), 0);
  if (!count) return toast(tr("doorSignsNone"));
  if (count > SIGNS) return toast(tr("doorSignsTooMany", count), "bad");
  return openPaper(`${tr("notice_certificate")}-${state.day}`, () => api.doorSigns(area, state.tiers.length ? tiers.join(",") : ""));
}

/** The server would not have this area. @param {unknown} error */
export function areaRefused(error) {
  toast(tr("areaBroken") + troubleText(error), "bad");
}

/**
 * A circle of 64 corners.
 * @param {{ lng: number, lat: number }} centre
 * @param {number} radiusM
 * @returns {import("./state.js").Area}
 */
export function circleRound(centre, radiusM) {
  const [dy, dx] = [radiusM / 111_195, radiusM / (111_195 * Math.cos((centre.lat * Math.PI) / 180))];
  const ring = Array.from({ length: 64 }, (_, i) => {
    const turn = (i / 64) * 2 * Math.PI;
    return [Number((centre.lng + dx * Math.cos(turn)).toFixed(6)), Number((centre.lat + dy * Math.sin(turn)).toFixed(6))];
  });
  return { type: "Polygon", coordinates: [[...ring, ring[0]]] };
}

/** The size, on a sphere cut flat at the area's own latitude: right to a few parts in a thousand. @param {import("./state.js").Area} area */
export function hectares(area) {
  const [ring] = area.coordinates;
  const lat = ring.reduce((sum, point) => sum + point[1], 0) / ring.length;
  const [kx, ky] = [111_320 * Math.cos((lat * Math.PI) / 180), 110_950];
  let twice = 0;
  for (let i = 0; i + 1 < ring.length; i++) twice += (ring[i][0] - ring[0][0]) * kx * (ring[i + 1][1] - ring[0][1]) * ky - (ring[i + 1][0] - ring[0][0]) * kx * (ring[i][1] - ring[0][1]) * ky;
  return Math.abs(twice) / 20_000;
}
