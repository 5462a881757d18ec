// Whom tiers hit: red by area, size and share of temporary residents, where assessments were made, and whether red follows visits. For who may
// see it; a part of the page of figures.
import * as api from "./api.js";
import { number, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { el, fill } from "./ui.js";

/** @typedef {import("./i18n.js").Word} Word */

/** What was answered last, or why nothing was. @type {{ of: string, report?: api.Fairness, trouble?: unknown } | null} */
let known = null;
/** What is on its way. @type {{ of: string, control: AbortController } | null} */
let asking = null;
let unfolded = false;
/** The part as it was built last: the page may build it anew while an answer is on its way. @type {{ of: string, show: () => void }} */
let built = { of: "", show: () => {} };

/** Stops what is on its way, when nobody waits for it. */
export function leaveFairness() {
  asking?.control.abort();
  asking = null;
}

/**
 * The part, which asks when it is opened.
 * @param {api.FiguresAsked} asked
 * @param {import("./state.js").Area | null} area drawn
 * @param {number} revision of the figures beside it
 * @param {{ code: string, name: string }[]} areas
 */
export function fairnessPart(asked, area, revision, areas) {
  const of = JSON.stringify([asked, area, revision]);
  const room = el("div", { id: "fairness" });
  const name = (/** @type {string} */ code) => areas.find((one) => one.code === code)?.name ?? (code || tr("fairnessNoArea"));
  const show = () => {
    if (known?.of === of && known.report) return fill(room, ...tables(known.report, name), area && el("p", { class: "hint" }, tr("fairnessDrawn")));
    if (known?.of === of) return fill(room, el("p", { class: "fault", role: "alert" }, icon("cross"), troubleText(known.trouble)));
    fill(room, el("p", { class: "hint", role: "status" }, tr("fairnessAsking")));
    if (!asking) ask();
  };
  const ask = async () => {
    const control = new AbortController();
    asking = { of, control };
    const answer = await api.fairness(asked, area, control.signal).then((report) => ({ of, report }), (trouble) => ({ of, trouble }));
    if (control.signal.aborted) return;
    [known, asking] = [answer, null];
    if (built.of === of && unfolded) built.show();
  };
  built = { of, show };
  if (asking && asking.of !== of) leaveFairness();
  const details = el("details", { class: "part", id: "fairness-part", open: unfolded }, el("summary", null, tr("fairness")), el("p", { class: "hint" }, tr("fairnessMeans")), room);
  details.addEventListener("toggle", () => {
    if (details.open && !unfolded && known?.trouble) known = null;
    unfolded = details.open;
    if (unfolded) show();
  });
  if (unfolded) show();
  return details;
}

/** @param {api.Ratio | null} ratio */
const told = (ratio) => (ratio ? `${number(ratio.ratio, 2)} (${number(ratio.low, 2)}–${number(ratio.high, 2)})` : "–");
const p = (/** @type {number} */ value) => (value < 0.001 ? "< 0.001" : number(value, 3));
const warn = (/** @type {boolean} */ now) => now && el("span", { class: "warn" }, icon("bad"), tr("areaWarning"));

/** @param {api.Fairness} report @param {(code: string) => string} areaName */
function tables(report, areaName) {
  if (!report.rated) return [el("p", { class: "hint" }, tr("fairnessNothing"))];
  /** @param {string} by @param {string} name */
  const named = (by, name) => (by === "area" ? areaName(name) : tr(/** @type {Word} */ (by === "size" ? `size_${name}` : `share_${name}`)));
  const heads = /** @type {Word[]} */ (["fairnessGroup", "areaRated", "areaRed", "fairnessRatio", "fairnessP", "fairnessAssessed", "fairnessVisits"]);
  return [
    el("p", null, tr("fairnessOf", report.rated, report.red)),
    ...report.dimensions.map(({ by, groups, cramers_v: v }) => {
      const title = tr(/** @type {Word} */ (`by_${by}`));
      return el("section", null, el("h3", null, title, el("small", null, v === null ? tr("fairnessOneGroup") : tr("fairnessV", number(v, 2)))),
        groups.length > 0 && el("div", { class: "wide-table", tabindex: 0, role: "group", "aria-label": title }, el("table", { class: "figures" },
          el("thead", null, el("tr", null, heads.map((word) => el("th", { scope: "col" }, tr(word))))),
          el("tbody", null, groups.map((group) => el("tr", { class: group.warning ? "warned" : "" },
            el("th", { scope: "row" }, warn(group.warning), group.names.length > 3 ? tr("fairnessSmall", group.names.length) : group.names.map((name) => named(by, name)).join(tr("comma"))),
            el("td", null, number(group.rated)), el("td", null, `${number(group.tiers[0])} (${number(group.red_percent ?? 0, 1)} %)`), el("td", null, told(group.ratio)), el("td", null, p(group.p_corrected)),
            el("td", null, `${number(group.assessed)} / ${number(group.rental)}`), el("td", null, number(group.assessments))))))));
    }),
    report.feedback && el("section", null, el("h3", null, tr("feedback")),
      el("p", { class: report.feedback.warning ? "fault" : "hint", role: report.feedback.warning ? "alert" : null }, report.feedback.warning && icon("bad"), tr(report.feedback.warning ? "feedbackWarning" : report.feedback.ratio ? "feedbackNone" : "feedbackUnknown"), " ", report.feedback.ratio && tr("feedbackRatio", told(report.feedback.ratio))),
      el("div", { class: "wide-table", tabindex: 0, role: "group", "aria-label": tr("feedback") }, el("table", { class: "figures" },
        el("thead", null, el("tr", null, /** @type {Word[]} */ (["feedbackDose", "figuresHouses", "feedbackWorse"]).map((word) => el("th", { scope: "col" }, tr(word))))),
        el("tbody", null, report.feedback.doses.map((dose, i, all) => el("tr", null, el("th", { scope: "row" }, `${number(dose.assessments)}${i === all.length - 1 && i ? "+" : ""}`), el("td", null, number(dose.houses)), el("td", null, dose.houses ? `${number(dose.worse)} (${number((100 * dose.worse) / dose.houses, 1)} %)` : "–"))))))),
    el("p", { class: "hint" }, tr("fairnessLeast", report.least)),
  ];
}
