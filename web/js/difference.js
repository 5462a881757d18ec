// What an edited policy would change: counts, moves from tier to tier, visits, areas, and every house that flips.
import { cell, save } from "./csv.js";
import { longDay, number, pick, signed, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { set, state } from "./state.js";
import { RATED, TIERS } from "./tiers.js";
import { el } from "./ui.js";

/** @typedef {import("./api.js").Difference} Difference */
/** @typedef {import("./api.js").Flip} Flip */
/** @typedef {import("./tiers.js").Tier} Tier */

/** The order in which the server counts. @type {Tier[]} */
const ORDER = ["none", "unrated", "red", "yellow", "green", "star"];
const ROWS = 200;

/** Whether a house would be better or worse off; "other" when it has no tier on one side. @param {Pick<Flip, "before" | "after">} flip */
export function wayOf({ before, after }) {
  const [from, to] = [RATED.indexOf(before), RATED.indexOf(after)];
  return from < 0 || to < 0 ? "other" : to > from ? "better" : "worse";
}

/**
 * @param {Difference} of
 * @param {(flip: Flip) => void} open
 */
export function differenceParts(of, open) {
  const worse = of.flips.filter((flip) => wayOf(flip) === "worse");
  const better = of.flips.filter((flip) => wayOf(flip) === "better");
  return [
    el("p", { class: "said", id: "difference-said" }, tr("differenceSaid", of.flips.length, worse.length, better.length), " ", el("span", { class: "sub" }, tr("asOf", longDay(of.day)))),
    el("div", { class: "diff-pair" }, counts(of), visits(of)),
    moves(of), areas(of), shares(of), flips(of, [...worse, ...of.flips.filter((flip) => wayOf(flip) !== "worse")], open),
  ];
}

/** @param {Difference} of */
function counts(of) {
  const shown = TIERS.filter((tier) => tier !== "none" || of.before[0] !== of.after[0]);
  return el("section", null, el("h3", { id: "diff-counts" }, tr("differenceCounts")),
    el("table", { class: "diff", "aria-labelledby": "diff-counts" },
      el("thead", null, el("tr", null, el("th", { scope: "col" }, tr("tiers")), el("th", { scope: "col" }, tr("before")), el("th", { scope: "col" }, tr("after")), el("th", { scope: "col" }, tr("change")))),
      el("tbody", null, shown.map((tier) => {
        const at = ORDER.indexOf(tier);
        const by = of.after[at] - of.before[at];
        return el("tr", { data: { tier } }, el("th", { scope: "row" }, mark(tier), tierName(tier)), el("td", null, number(of.before[at])), el("td", null, el("b", null, number(of.after[at]))), el("td", { class: by ? "moved" : "same" }, by ? signed(by) : "0"));
      }))));
}

/** @param {Difference} of */
function visits(of) {
  const line = (/** @type {string} */ who, /** @type {number} */ before, /** @type {number} */ after) =>
    el("div", null, el("dt", null, who), el("dd", null, number(before), " ", icon("next"), " ", el("b", null, number(after)), el("small", null, Math.round(after) === Math.round(before) ? "" : signed(Math.round(after - before)))));
  return el("section", null, el("h3", null, tr("differenceVisits")),
    el("dl", { class: "visits" }, line(tr("role_officer"), of.visits_before.officer, of.visits_after.officer), line(tr("role_assistant"), of.visits_before.assistant, of.visits_after.assistant)));
}

/** From tier (row) to tier (column). @param {Difference} of */
function moves(of) {
  const shown = TIERS.filter((tier) => { const at = ORDER.indexOf(tier); return tier !== "none" && (of.before[at] || of.after[at]); });
  return el("section", null, el("h3", { id: "diff-moves" }, tr("differenceMoves")),
    el("table", { class: "diff moves", "aria-labelledby": "diff-moves" },
      el("thead", null, el("tr", null, el("th", { scope: "col" }, tr("fromTo")), shown.map((tier) => el("th", { scope: "col" }, mark(tier), el("span", null, tierName(tier)))))),
      el("tbody", null, shown.map((from) => el("tr", null, el("th", { scope: "row" }, mark(from), tierName(from)), shown.map((to) => {
        const count = of.moves[ORDER.indexOf(from)][ORDER.indexOf(to)];
        const way = from === to ? "stay" : wayOf({ before: from, after: to });
        return el("td", { class: count ? way : "nil" }, count > 0 && way !== "stay" && way !== "other" && icon(way === "worse" ? "down" : "up"), count > 0 && way !== "stay" && way !== "other" && el("span", { class: "offscreen" }, `${tr(way === "worse" ? "worseOff" : "betterOff")} `), count ? number(count) : "·");
      }))))));
}

/** @param {Difference} of */
function areas(of) {
  if (!of.areas.length) return null;
  const order = [...of.areas].sort((a, b) => Number(b.warning) - Number(a.warning) || b.changed - a.changed || (a.area_code < b.area_code ? -1 : 1));
  const table = (/** @type {typeof order} */ rows) => el("table", { class: "diff", "aria-label": tr("differenceAreas") },
    el("thead", null, el("tr", null, [tr("areaName"), tr("areaRated"), tr("areaChanged"), tr("areaRed"), tr("areaRatio"), "p"].map((text) => el("th", { scope: "col" }, text)))),
    el("tbody", null, rows.map((area) => el("tr", { class: area.warning ? "warned" : "" },
      el("th", { scope: "row" }, area.warning && el("span", { class: "warn" }, icon("help"), tr("areaWarning")), (typeof area.name === "string" ? area.name : pick(area.name)) || area.area_code),
      ...measures(area)))));
  const first = order.filter((area) => area.warning || area.changed);
  const rest = order.filter((area) => !area.warning && !area.changed);
  return el("section", null, el("h3", null, tr("differenceAreas")), first.some((area) => area.warning) && el("p", { class: "hint" }, tr("areaWarningMeans")),
    first.length > 0 && el("div", { class: "wide-table" }, table(first)), rest.length > 0 && el("details", null, el("summary", null, tr("areasSame", rest.length)), el("div", { class: "wide-table" }, table(rest))));
}

/** The cells of a group of houses. @param {import("./api.js").Impact} of */
function measures(of) {
  return [number(of.rated), number(of.changed), `${number(of.red_before)} → ${number(of.red_after)}`, of.ratio === null ? "–" : `${number(of.ratio, 1)}×`].map((text) => el("td", null, text))
    .concat(el("td", { title: of.p === null ? "" : `p = ${number(of.p, 4)}` }, of.p_corrected === null ? "–" : number(of.p_corrected, 3)));
}

/** By share of temporary residents: whom the policy hits. @param {Difference} of */
function shares(of) {
  const known = of.shares.filter((share) => share.rated);
  if (!known.some((share) => share.share !== "nobody")) return el("p", { class: "hint" }, tr("sharesUnknown"));
  return el("section", null, el("h3", null, tr("differenceShares")), el("p", { class: "hint" }, tr("sharesMean"), " ", known.some((share) => share.warning) && tr("areaWarningMeans")),
    el("div", { class: "wide-table" }, el("table", { class: "diff", id: "diff-shares", "aria-label": tr("differenceShares") },
      el("thead", null, el("tr", null, [tr("shareName"), tr("areaRated"), tr("areaChanged"), tr("areaRed"), tr("areaRatio"), "p"].map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", null, known.map((share) => el("tr", { class: share.warning ? "warned" : "", data: { share: share.share } },
        el("th", { scope: "row" }, share.warning && el("span", { class: "warn" }, icon("help"), tr("areaWarning")), tr(/** @type {import("./i18n.js").Word} */ (`share_${share.share}`))),
        ...measures(share)))))));
}

/** @param {Difference} of @param {Flip[]} order @param {(flip: Flip) => void} open */
function flips(of, order, open) {
  if (!order.length) return null;
  return el("section", null,
    el("h3", null, tr("differenceHouses"), el("small", null, number(order.length)), el("button", { type: "button", class: "text", id: "flips-csv", onclick: () => csv(of) }, icon("download"), tr("flipsCsv"))),
    el("p", { class: "hint key" }, el("i", { class: "ring worse" }, icon("down")), tr("worseOff"), el("i", { class: "ring better" }, icon("up")), tr("betterOff")),
    el("ul", { class: "flips" }, order.slice(0, ROWS).map((flip) => el("li", null, el("button", { type: "button", class: "flip", data: { code: flip.code }, "aria-current": String(flip.code === state.sel), onclick: () => open(flip) },
      el("span", { class: "way" }, wayOf(flip) !== "other" && icon(wayOf(flip) === "worse" ? "down" : "up"), el("span", { class: "offscreen" }, wayOf(flip) === "other" ? "" : tr(wayOf(flip) === "worse" ? "worseOff" : "betterOff"))),
      el("span", { class: "code" }, flip.code), mark(flip.before), el("span", null, tierName(flip.before)), icon("next"), mark(flip.after), el("b", null, tierName(flip.after)),
      el("span", { class: "sub" }, flip.score_before === null || flip.score_after === null ? "" : `${number(flip.score_before)} → ${number(flip.score_after)}`))))),
    order.length > ROWS && el("p", { class: "hint" }, tr("flipsMore", ROWS, order.length)));
}

/** Every house that changes, as a file. @param {Difference} of */
function csv(of) {
  const head = ["csvCode", "areaCode", "before", "after", "csvScoreBefore", "csvScoreAfter", "csvLon", "csvLat", "csvDay"].map((word) => cell(tr(/** @type {import("./i18n.js").Word} */ (word))));
  const rows = of.flips.map((flip) => [cell(flip.code), cell(flip.area_code ?? ""), cell(tierName(flip.before)), cell(tierName(flip.after)), flip.score_before ?? "", flip.score_after ?? "", flip.lon, flip.lat, of.day].join(","));
  save(`${tr("flipsFile")}-${of.day}.csv`, `\uFEFF${[head.join(","), ...rows].join("\r\n")}\r\n`);
}

/** Nothing simulated any more. */
export const forgetDifference = () => set({ difference: null });
