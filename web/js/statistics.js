// The yearly figures: tiers on two days and over the months, and for staff what the record says, beside the year before. For the whole site,
// an area of the hierarchy or the drawn one; on paper and as a workbook.
import uPlot from "../vendor/uplot-1.6.32/uPlot.esm.js";
import * as api from "./api.js";
import { saveFile } from "./csv.js";
import { fairnessPart, leaveFairness } from "./fairness.js";
import { labelled } from "./form.js";
import { kindName, longDay, number, pick, tierName, tr, troubleText } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { may, set, state, watch } from "./state.js";
import { COLOURS, RATED, TIERS } from "./tiers.js";
import { DASHES, label, ticks } from "./trend.js";
import { announce, byId, el, fill, paused } from "./ui.js";

/** What is asked; empty days are chosen when the page opens. */
const asked = { from: "", to: "", area: "", drawn: false };
/** @type {api.Statistics | null} */
let answer = null;
/** All areas that there are, as the whole site's figures name them. @type {{ code: string, name: string }[]} */
let areas = [];
/** @type {unknown} */
let trouble = null;
/** @type {uPlot | null} */
let chart = null;
let control = new AbortController();

/** The same day a year before. @param {string} day */
const yearBefore = (day) => `${Number(day.slice(0, 4)) - 1}${day.slice(4) === "-02-29" ? "-02-28" : day.slice(4)}`;
const region = () => (asked.drawn && state.area) || null;

export function startStatistics() {
  const load = paused(150, async () => {
    if (state.page !== "statistics" || !state.site) return;
    const last = state.day < state.site.today ? state.day : state.site.today;
    if (!asked.to) [asked.from, asked.to] = [yearBefore(last), last];
    control.abort();
    control = new AbortController();
    const { signal } = control;
    try {
      const found = await api.statistics(asked, region(), signal);
      if (signal.aborted) return;
      [answer, trouble] = [found, null];
      if (!asked.area) areas = found.population.areas;
      draw();
      announce(tr("figuresReady", found.from, found.to));
    } catch (error) {
      if (api.stale(error) || error instanceof api.Gone) return;
      trouble = error;
      draw();
    }
  });

  const draw = () => {
    byId("statistics-open").setAttribute("aria-pressed", String(state.page === "statistics"));
    if (state.page !== "statistics") return leaveFairness();
    const room = byId("statistics");
    const [at, focused] = [room.scrollTop, document.activeElement?.id];
    fill(room, el("div", { class: "card-top" }, el("button", { type: "button", class: "quiet", "aria-label": tr("back"), title: tr("back"), onclick: () => set({ page: "" }) }, icon("back")), el("h2", null, tr("figures"))),
      question(),
      trouble ? el("p", { class: "fault", role: "alert" }, icon("cross"), troubleText(trouble)) : null,
      !trouble && answer && parts(answer),
      !trouble && answer && may("see_fairness") && fairnessPart({ from: answer.from, to: answer.to, area: asked.area }, region(), answer.revision, areas));
    room.scrollTop = at;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    plot();
  };

  const question = () => {
    const today = state.site?.today ?? "";
    const day = (/** @type {"from" | "to"} */ name, /** @type {string} */ word) => labelled(name, word, el("input", { type: "date", id: `figures-${name}`, value: asked[name], max: today, required: true,
      onchange: (/** @type {Event} */ event) => { asked[name] = /** @type {HTMLInputElement} */ (event.target).value || asked[name]; load(); } }));
    const choose = (/** @type {string} */ from, /** @type {string} */ to) => { [asked.from, asked.to] = [from, to < today ? to : today]; draw(); load(); };
    const year = Number((asked.to || today).slice(0, 4));
    const where = el("select", { id: "figures-area", onchange: (/** @type {Event} */ event) => { asked.area = /** @type {HTMLSelectElement} */ (event.target).value; load(); } },
      el("option", { value: "" }, tr("wholeSite")), areas.map((area) => el("option", { value: area.code, selected: area.code === asked.area }, area.name)));
    return el("section", { class: "part figures-ask" },
      el("div", { class: "figures-form" }, day("from", tr("figuresFrom")), day("to", tr("figuresTo")), labelled("area", tr("figuresWhere"), where)),
      el("div", { class: "figures-years", role: "group", "aria-label": tr("figuresPeriods") },
        [year, year - 1, year - 2].map((one) => el("button", { type: "button", id: `figures-${year - one}`, onclick: () => choose(`${one}-01-01`, `${one}-12-31`) }, String(one))),
        el("button", { type: "button", id: "figures-twelve", onclick: () => choose(yearBefore(asked.to), asked.to) }, tr("figuresTwelve")),
        state.area && el("button", { type: "button", id: "figures-drawn", "aria-pressed": String(asked.drawn), onclick: () => { asked.drawn = !asked.drawn; draw(); load(); } }, icon("polygon"), tr("figuresDrawn"))),
      el("div", { class: "figures-acts" },
        el("button", { type: "button", id: "figures-xlsx", onclick: download }, icon("download"), tr("figuresXlsx")),
        el("button", { type: "button", id: "figures-print", onclick: print }, icon("print"), tr("print"))));
  };

  const download = async () => {
    try {
      saveFile(`${tr("figures")}-${asked.from}-${asked.to}.xlsx`, await api.statisticsWorkbook(asked, region(), state.lang));
    } catch (error) {
      trouble = error;
      draw();
    }
  };

  const print = () => {
    if (!answer) return;
    const where = asked.area ? areas.find((area) => area.code === asked.area)?.name ?? asked.area : tr(region() ? "inArea" : "wholeSite");
    fill(byId("printout"), el("header", null, el("h1", null, pick(state.site?.name), " · ", tr("figures")), el("p", null, where, " · ", longDay(asked.from), " – ", longDay(asked.to), state.site?.demo ? ` · ${tr("demo")}` : "")), parts(answer, true));
    window.print();
  };

  const plot = () => {
    chart?.destroy();
    chart = null;
    const room = document.getElementById("figures-plot");
    if (!room || !answer || !room.clientWidth) return;
    const days = answer.months.map((month) => month.day);
    const shown = RATED.filter((tier) => answer?.months.some((month) => month.by_tier[tier] > 0));
    if (days.length < 2 || !shown.length) return fill(room, el("p", { class: "hint" }, tr("trendEmpty")));
    const [ink, line] = state.theme === "light" ? ["#5A6270", "#E6E3DC"] : ["#9AA6B4", "#28313B"];
    const years = Number(days[days.length - 1].slice(0, 4)) - Number(days[0].slice(0, 4));
    const font = '11px "Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
    chart = new uPlot({
      width: room.clientWidth, height: 180, padding: [8, 10, 0, 0], legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_u, _min, max) => [0, Math.max(max * 1.08, 4)] } },
      axes: [{ stroke: ink, font, grid: { show: false }, ticks: { stroke: line, size: 4 }, size: 24, gap: 3, splits: () => ticks(days, years), values: (_u, at) => at.map((i) => label(days[i], years)) },
        { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { show: false }, size: 40, gap: 4, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000], space: 28 }],
      series: [{}, ...shown.map((tier) => ({ stroke: COLOURS[state.theme][tier], width: 2, dash: DASHES[tier], points: { show: false } }))],
    }, [days.map((_, i) => i), ...shown.map((tier) => (answer ?? { months: [] }).months.map((month) => month.by_tier[tier]))], room);
  };

  byId("figures-more").addEventListener("click", () => set({ page: "statistics", sel: null, halo: null }));
  watch(["page", "revision", "me", "as"], load);
  watch(["area"], () => { if (!state.area) asked.drawn = false; draw(); if (asked.drawn || state.page === "statistics") load(); });
  watch(["page", "lang", "theme"], draw);
  new ResizeObserver(paused(80, plot)).observe(byId("statistics"));
  load();
}

/** Percent with a sign; a dash where there is nothing to compare with. @param {number | null} value */
const change = (value) => (value === null ? "–" : `${value > 0 ? "+" : ""}${number(value, 1)} %`);
const share = (/** @type {number | null} */ value) => (value === null ? "–" : `${number(value, 1)} %`);
const of = (/** @type {number} */ part, /** @type {number} */ whole) => (whole ? `${number(part)} (${number((100 * part) / whole, 1)} %)` : "–");

/**
 * @param {string} caption @param {import("./ui.js").Child[]} heads @param {(import("./ui.js").Child[] | false | null | undefined)[]} rows the first cell of each names it
 */
const table = (caption, heads, rows) => el("div", { class: "wide-table", tabindex: 0, role: "group", "aria-label": caption }, el("table", { class: "figures" }, el("caption", { class: "offscreen" }, caption),
  el("thead", null, el("tr", null, heads.map((head) => el("th", { scope: "col" }, head)))),
  el("tbody", null, rows.map((row) => row && el("tr", null, row.map((cell, i) => (i ? el("td", null, cell) : el("th", { scope: "row" }, cell))))))));

/** @param {api.Statistics} found @param {boolean} [onPaper] without the chart */
function parts(found, onPaper = false) {
  const { days, houses, record, population } = found;
  const rental = houses.rental;
  const counted = days[0].day === days[1].day ? days.slice(1) : days;
  const shown = TIERS.filter((tier) => counted.some((on) => on.by_tier[tier] > 0) && tier !== "none");
  const told = population.areas.filter((area) => area.registered !== null);
  return [
    el("section", { class: "part" }, el("h3", null, tr("tiers"), el("small", null, tr("figuresRental", rental))),
      table(tr("tiers"), [tr("tiers"), ...counted.map((on) => on.day)], shown.map((tier) => [el("span", null, mark(tier), " ", tierName(tier)), ...counted.map((on) => number(on.by_tier[tier]))])),
      !onPaper && el("div", { id: "figures-plot", role: "img", "aria-label": tr("trendLabel") })),
    record && el("section", { class: "part" }, el("h3", null, tr("figuresHappened"), el("small", null, tr("figuresAgainst", record.year_before.from, record.year_before.to))),
      table(tr("figuresHappened"), [tr("figuresKind"), tr("figuresAll"), tr("figuresInRental"), tr("figuresShare"), tr("figuresHouses"), tr("figuresBefore"), tr("figuresChange")],
        record.happened.filter((one) => one.now.all || one.year_before.all).map((one) => [pick(one.title), number(one.now.all), number(one.now.in_rental), share(one.rental_percent), number(one.now.rental_houses), number(one.year_before.in_rental), change(one.rental_change_percent)])),
      record.happened.every((one) => !one.now.all && !one.year_before.all) && el("p", { class: "hint" }, tr("figuresNothing"))),
    record && el("section", { class: "part" }, el("h3", null, tr("figuresImproved"), el("small", null, tr("figuresImprovedMeans"))),
      table(tr("figuresImproved"), [tr("figuresWhat"), tr("figuresHouses"), tr("figuresBefore")], record.improved.map((one) => [pick(one.title), number(one.now), number(one.year_before)]))),
    record && el("section", { class: "part" }, el("h3", null, tr("figuresCoverage"), el("small", null, tr("figuresRecent", record.recent_days))),
      table(tr("figuresCoverage"), [tr("figuresWhat"), ...record.coverage.slice(-counted.length).map((on) => on.day)], coverage(record, counted.length))),
    record?.visits && el("section", { class: "part" }, el("h3", null, tr("figuresVisits")),
      table(tr("figuresVisits"), [tr("figuresWhat"), tr("figuresPeriod"), tr("figuresBefore")], [
        [tr("figuresDone"), number(record.visits[0].done), number(record.visits[1].done)],
        [tr("figuresNobody"), number(record.visits[0].nobody_home), number(record.visits[1].nobody_home)],
        [tr("figuresRefused"), number(record.visits[0].refused), number(record.visits[1].refused)],
        record.due !== undefined && [tr("figuresDue", found.to), number(record.due), ""],
        record.overdue !== undefined && [tr("figuresOverdue"), number(record.overdue), ""]])),
    el("section", { class: "part" }, el("h3", null, tr("figuresStock")),
      table(tr("figuresStock"), [tr("figuresWhat"), tr("figuresNumber")], [
        .../** @type {[string, number][]} */ (Object.entries(houses)).filter(([, count]) => count).map(([kind, count]) => [kindName(kind), number(count)]),
        record && [tr("figuresPlates"), of(record.plates, record.houses)],
        record && record.units !== null && [tr("figuresUnits"), number(record.units)],
        record && [tr("figuresPhotos"), number(record.photos)],
        record && record.photos_waiting > 0 && [tr("figuresPhotosWaiting"), number(record.photos_waiting)],
        record?.residencies !== undefined && record?.residencies !== null && [tr("figuresResidencies"), number(record.residencies)]])),
    population.day && el("section", { class: "part" }, el("h3", null, tr("figuresResidents"), el("small", null, tr("figuresTold", longDay(population.day), population.least_told))),
      told.length ? table(tr("figuresResidents"), [tr("figuresArea"), tr("figuresRegistered"), tr("figuresTemporary")], told.map((area) => [area.name, number(area.registered ?? 0), number(area.temporary ?? 0)])) : el("p", { class: "hint" }, tr("figuresUntold"))),
    !record && el("p", { class: "hint part" }, tr(may("see_work") ? "figuresOutOfReach" : "figuresPublic")),
  ];
}

/** @param {NonNullable<api.Statistics["record"]>} record @param {number} columns */
function coverage(record, columns) {
  const on = record.coverage.slice(-columns);
  return [
    [tr("figuresAssessed"), ...on.map((one) => of(one.assessed, record.rental))],
    [tr("figuresAssessedLately"), ...on.map((one) => of(one.assessed_recently, record.rental))],
    [tr("figuresPhotographed"), ...on.map((one) => of(one.photographed, record.houses))],
    [tr("figuresPhotographedLately"), ...on.map((one) => of(one.photographed_recently, record.houses))],
    on[0].population && [tr("figuresRegistered"), ...on.map((one) => number(one.population?.registered ?? 0))],
    on[0].population && [tr("figuresTemporary"), ...on.map((one) => number(one.population?.temporary ?? 0))],
  ];
}
