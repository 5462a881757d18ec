// A question of a study: about the drawn area, by a scan, about neighbours, or exploration without a test. What was filled in stays.
import { number, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { asDrawn, keptArea, pencilCount } from "./pencilcount.js";
import { choices, labelled } from "./form.js";
import { state } from "./state.js";
import { el } from "./ui.js";

/** @typedef {"area" | "scan" | "near" | "explore"} Kind */

/** @type {Kind} */
let kind = "area";
/** What was filled in, by name of the field. @type {Record<string, string>} */
const filled = {
  model: "bernoulli", window: "circle", rates: "high", max_share: "50", max_radius_m: "", from: "", replicates: "999", seed: "1",
  near: "gistar", by: "nearest", nearest: "8", within_m: "200", along: "straight", explore: "dbscan", eps_m: "100", min_points: "5", min_cluster: "5", bandwidth_m: "150", cell_m: "50", inside: "",
};

/** Turns to another kind of question. @param {Kind} next */
export function turnTo(next) {
  kind = next;
}

/**
 * @param {{ ask: (question: import("./api.js").Question, form: HTMLFormElement) => void, redraw: () => void, pencil: () => void }} acts
 * @param {boolean} busy
 */
export function questionForm(acts, busy) {
  const form = el("form", {
    id: "question", class: "question",
    onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); acts.ask(question(), form); },
    onchange: (/** @type {Event} */ event) => {
      const field = /** @type {HTMLInputElement} */ (event.target);
      if (field.name === "kind") kind = /** @type {Kind} */ (field.value);
      else filled[field.name] = field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value;
      if (["kind", "model", "near", "by", "along", "explore"].includes(field.name)) acts.redraw();
    },
  },
  choices("kind", tr("askAbout"), [["area", tr("askArea")], ["scan", tr("askScan")], ["near", tr("askNear")], ["explore", tr("askExplore")]], kind),
  kind === "area" ? areaFields(acts.pencil) : [...({ scan: scanFields, near: nearFields, explore: exploreFields }[kind])(), within()],
  el("p", { class: "form-error", role: "alert" }),
  el("button", { type: "submit", id: "ask", class: "main", disabled: busy || (kind === "area" && !state.area) }, icon(kind === "explore" ? "eye" : "scales"), tr(askWord())),
  el("p", { class: "hint" }, tr(kind === "explore" ? "exploreHint" : "askCounts")));
  for (const box of form.querySelectorAll("[name=kind]")) box.id = `kind-${/** @type {HTMLInputElement} */ (box).value}`;
  return form;
}

const askWord = () => (kind === "area" ? (keptArea() ? "askDiffer" : "askReal") : kind === "explore" ? "askLook" : "askTest");

/** @param {() => void} pencil */
const areaFields = (pencil) => pencilCount(pencil);

const scanFields = () => [el("p", { class: "hint" }, tr("scanMeans")),
  select("model", "scanModel", [["bernoulli", tr("model_bernoulli")], ["ordinal", tr("model_ordinal")], ["poisson", tr("model_poisson")]]),
  el("details", { class: "settings" }, el("summary", null, tr("settings")),
    el("div", { class: "pair" },
      select("window", "scanWindow", [["circle", tr("window_circle")], ["ellipse", tr("window_ellipse")]]),
      select("rates", "scanRates", [["high", tr("rates_high")], ["low", tr("rates_low")], ["both", tr("rates_both")]]),
      figure("max_share", "scanShare", 1, 50), figure("max_radius_m", "scanRadius", 1, 100_000, true),
      ...chanceFields()),
    filled.model === "bernoulli" && labelled("ask.from", tr("scanFrom"), el("input", { type: "date", id: "q-from", name: "from", value: filled.from, max: state.day })), filled.model === "bernoulli" && el("p", { class: "hint" }, tr("scanFromHint")))];

const chanceFields = () => [figure("replicates", "replicates", 99, 9_999), figure("seed", "seed", 0, Number.MAX_SAFE_INTEGER)];

const nearFields = () => [
  select("near", "nearMethod", [["gistar", tr("method_gistar")], ["moran", tr("method_moran")], ["joins", tr("method_joins")]]),
  el("p", { class: "hint" }, tr(/** @type {import("./i18n.js").Word} */ (`means_${filled.near}`))),
  el("details", { class: "settings" }, el("summary", null, tr("settings")),
    el("div", { class: "pair" },
      select("by", "nearBy", [["nearest", tr("nearNearest")], ["within_m", tr("nearWithin")]]),
      filled.by === "nearest" ? figure("nearest", "nearCount", 1, 100) : figure("within_m", "nearMetres", 1, 5000),
      select("along", "nearAlong", [["straight", tr("alongStraight")], ["streets", tr("alongStreets")]]),
      ...(filled.near === "gistar" ? [] : chanceFields())),
    filled.along === "streets" && el("p", { class: "hint" }, tr("alongHint")))];

const exploreFields = () => [el("p", { class: "explore-tag" }, el("span", { class: "tag" }, tr("noTest")), " ", tr("exploreMeans")),
  select("explore", "exploreMethod", [["dbscan", tr("method_dbscan")], ["hdbscan", tr("method_hdbscan")], ["density", tr("method_density")]]),
  el("p", { class: "hint" }, tr(/** @type {import("./i18n.js").Word} */ (`means_${filled.explore}`))),
  el("div", { class: "pair" }, ...settingsFields[filled.explore]())];

/** By method. @type {Record<string, () => HTMLElement[]>} */
const settingsFields = {
  dbscan: () => [figure("eps_m", "denseMetres", 1, 5000), figure("min_points", "denseLeast", 2, 1000)],
  hdbscan: () => [figure("min_cluster", "denseLeast", 2, 10_000), figure("min_points", "denseOver", 2, 1000)],
  density: () => [figure("bandwidth_m", "densityReach", 10, 5000), figure("cell_m", "densityCell", 5, 5000)],
};

/** Only the houses in the drawn area take part. */
const within = () => state.area && el("label", { class: "tick" }, el("input", { type: "checkbox", id: "q-inside", name: "inside", checked: filled.inside === "yes" }), tr("onlyInside"));

/** @param {string} name @param {import("./i18n.js").Word} word @param {[string, string][]} options */
const select = (name, word, options) => labelled(`ask.${name}`, tr(word), el("select", { id: `q-${name}`, name }, options.map(([value, text]) => el("option", { value, selected: filled[name] === value }, text))));

/** @param {string} name @param {import("./i18n.js").Word} word @param {number} min @param {number} max @param {boolean} [optional] */
const figure = (name, word, min, max, optional = false) => labelled(`ask.${name}`, tr(word), el("input", { type: "number", id: `q-${name}`, name, value: filled[name], min, max, step: 1, required: !optional, inputmode: "numeric", placeholder: optional ? tr("noLimit") : null }));

/** What is asked, of the day that is shown. @returns {import("./api.js").Question} */
function question() {
  const kept = keptArea();
  const bounds = kind === "area" || filled.inside ? state.area : null;
  return {
    date: state.day, as: state.as ?? undefined, area: bounds ? asDrawn(bounds) : undefined, other: kind === "area" && kept ? asDrawn(kept) : undefined, ask: asked(),
  };
}

/** @returns {import("./api.js").Ask} */
function asked() {
  const value = (/** @type {string} */ name) => Number(filled[name]);
  const chance = () => ({ replicates: value("replicates"), seed: value("seed") });
  /** @returns {{ [setting: string]: number | boolean }} */
  const near = () => ({ ...(filled.by === "nearest" ? { nearest: value("nearest") } : { within_m: value("within_m") }), ...(filled.along === "streets" ? { along_streets: true } : {}) });
  if (kind === "area") return { method: "area" };
  if (kind === "scan") {
    const { model, window, rates, from } = filled;
    return { method: "scan", model, window, rates, max_share: value("max_share") / 100, max_radius_m: filled.max_radius_m ? value("max_radius_m") : null, from: model === "bernoulli" && from ? from : null, ...chance() };
  }
  if (kind === "near") return { method: filled.near, ...near(), ...(filled.near === "gistar" ? {} : chance()) };
  if (filled.explore === "dbscan") return { method: "dbscan", eps_m: value("eps_m"), min_points: value("min_points") };
  if (filled.explore === "hdbscan") return { method: "hdbscan", min_points: value("min_points"), min_cluster: value("min_cluster") };
  return { method: "density", bandwidth_m: value("bandwidth_m"), cell_m: value("cell_m") };
}

/** The settings of a question as words: "999 · 1 · circle". @param {import("./api.js").Ask} ask */
export const settingsOf = (ask) => Object.entries(ask).filter(([name, value]) => name !== "method" && value !== null && value !== false).map(([name, value]) => {
  if (name === "along_streets") return tr("alongStreets");
  const word = (/** @type {string} */ key) => tr(/** @type {import("./i18n.js").Word} */ (key));
  const said = typeof value === "number" ? number(value, 2) : ["model", "window", "rates"].includes(name) ? word(`${name}_${value}`) : value;
  return `${word(`setting_${name}`)} ${said}`;
}).join(" · ");
