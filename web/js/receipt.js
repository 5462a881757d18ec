// How a tier came about, line by line: the points, the two verdicts, the conditions, the next change. Elements only, no asking.
import { longDay, number, pick, sentence, signed, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { state } from "./state.js";
import { el } from "./ui.js";

/** @typedef {import("./api.js").Receipt} Receipt */

/** What a value of a line reads as. @param {import("./api.js").ReceiptLine["value"]} value */
const valueText = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? pick(value) : String(value));

/** The points and their sum. @param {Receipt} receipt */
export function points(receipt) {
  const total = receipt.lines.reduce((sum, line) => sum + line.points, 0);
  return el("table", { class: "receipt" },
    el("tbody", null, receipt.lines.map((line) => el("tr", null,
      el("th", { scope: "row" }, sentence(line.title), valueText(line.value) && el("span", { class: "value" }, valueText(line.value)), dates(line)),
      el("td", { class: line.points < 0 ? "minus" : line.points > 0 ? "plus" : "" }, line.criterion === "base" ? number(line.points) : signed(line.points))))),
    el("tfoot", null, el("tr", null, el("th", { scope: "row" }, tr("total")), receipt.score === null ? el("td", { id: "receipt-total", class: "withheld" }, tr("scoreWithheld")) : el("td", { id: "receipt-total" }, number(total)))));
}

/** @param {import("./api.js").ReceiptLine} line */
function dates(line) {
  const { observation, until } = line;
  if (!observation && !until) return null;
  return el("small", null, observation && el("time", { datetime: observation.date }, longDay(observation.date)), observation && until ? " · " : "", until && tr("until", longDay(until)));
}

/** By score, by conduct, and that the worse one holds. @param {Receipt} receipt */
export function verdict(receipt) {
  if (!receipt.score_tier || !receipt.conduct_tier) return null;
  const side = (/** @type {import("./i18n.js").Word} */ word, /** @type {import("./tiers.js").Tier} */ tier) =>
    el("div", { class: tier === receipt.tier ? "side holds" : "side" }, el("span", null, tr(word)), el("b", null, mark(tier), tierName(tier)));
  return el("div", { class: "verdict" }, side("scoreTier", receipt.score_tier), side("conductTier", receipt.conduct_tier), el("p", null, tr("worse")));
}

/** The conditions in the order in which they are tried; the first that holds decides. @param {Receipt} receipt */
export function gates(receipt) {
  if (!receipt.gates.length) return null;
  const deciding = receipt.gates.find((gate) => gate.held);
  return el("details", { class: "gates" }, el("summary", null, tr("gates")),
    el("ol", null, receipt.gates.map((gate) => el("li", { class: gate === deciding ? "decides" : "" },
      el("div", { class: "gate" }, mark(gate.tier), el("b", null, sentence(gate.title) || tierName(gate.tier)), gate === deciding && el("span", { class: "tag" }, tr("decides"))),
      gate.conditions.length > 0 && el("ul", null, gate.conditions.map((one) => condition(one)))))));
}

/**
 * One condition with its mark; under it the alternatives of which one is enough.
 * @param {import("./api.js").Condition} of
 * @returns {HTMLLIElement}
 */
function condition(of) {
  return el("li", { class: of.held ? "held" : "not" },
    icon(of.held ? "check" : "cross"), el("span", { class: "offscreen" }, `${tr(of.held ? "held" : "notHeld")}: `),
    el("div", null, sentence(of.title), of.any_of && el("ul", null, of.any_of.map((one) => condition(one)))));
}

/** The change that comes by itself. @param {Receipt} receipt */
export function nextChange(receipt) {
  const { next_change: next } = receipt;
  return el("p", { class: "next" }, icon("clock"),
    el("span", null, next ? tr(next.tier === receipt.tier ? "nextChangeSame" : "nextChangeText", longDay(next.from), tierName(next.tier), next.score === null ? "" : number(next.score)) : tr("nextChangeNone")),
    next && mark(next.tier));
}

/** What the tier brings, from the policy. @param {import("./tiers.js").Tier} tier */
export function follows(tier) {
  const lines = state.policy?.tiers[tier]?.follows ?? [];
  if (!lines.length) return null;
  return el("section", { class: "part" }, el("h3", null, tr("followsFor", tierName(tier))), el("ul", { class: "follows" }, lines.map((line) => el("li", null, sentence(line)))));
}
