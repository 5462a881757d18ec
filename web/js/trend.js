// The chart of tiers month by month, of the drawn area or of the whole site.
import uPlot from "../vendor/uplot-1.6.32/uPlot.esm.js";
import * as api from "./api.js";
import { number, tierName, tr } from "./i18n.js";
import { mark } from "./icons.js";
import { set, state, watch } from "./state.js";
import { COLOURS, RATED, SHAPES } from "./tiers.js";
import { byId, el, fill, paused } from "./ui.js";

/** @type {import("./api.js").Trend | null} */
let data = null;
/** @type {uPlot | null} */
let chart = null;
let control = new AbortController();

/** Lines differ by dashes as well as by colour. @type {Record<string, number[]>} */
export const DASHES = { red: [], yellow: [7, 3], green: [2, 3], star: [9, 3, 2, 3] };

export function startTrend() {
  const load = paused(250, async () => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    const { site, area } = state;
    if (!site?.first_day) return fill(byId("trend"), el("p", { class: "hint" }, tr("trendEmpty")));
    const to = state.day > site.opening_day ? state.day : site.opening_day;
    try {
      const answer = await api.trend(area, from(site.first_day, to), to, signal);
      if (signal.aborted) return;
      data = answer;
      draw();
    } catch (error) {
      if (!api.stale(error) && !(error instanceof api.Gone)) fill(byId("trend"), el("p", { class: "hint" }, tr("trendEmpty")));
    }
  });
  let last = "";
  watch(["area", "revision", "site", "day", "me", "as"], () => {
    const site = state.site;
    const asked = JSON.stringify([state.area, state.revision, state.me.role, state.as, site && (state.day > site.opening_day ? state.day.slice(0, 7) : "")]);
    if (asked !== last) load();
    else chart?.redraw();
    last = asked;
  });
  watch(["lang", "theme"], draw);
  new ResizeObserver(paused(80, () => draw())).observe(byId("trend"));
  load();
}

/** At most 240 months. @param {string} first @param {string} to */
function from(first, to) {
  const cap = `${Number(to.slice(0, 4)) - 19}${to.slice(4, 7)}-01`;
  return first > cap ? first : cap;
}

function draw() {
  const room = byId("trend");
  byId("trend-scope").textContent = tr(state.area ? "inArea" : "wholeSite");
  if (!data || !room.clientWidth) return;
  chart?.destroy();
  chart = null;
  const { days, by_tier: counts } = data;
  const shown = RATED.filter((tier) => counts[tier]?.some((count) => count > 0));
  if (!days.length || !shown.length) return fill(room, el("p", { class: "hint" }, tr("trendEmpty")));
  const colours = COLOURS[state.theme];
  const [ink, line] = state.theme === "light" ? ["#5A6270", "#E6E3DC"] : ["#9AA6B4", "#28313B"];
  const plot = el("div", { class: "plot", role: "img", "aria-label": tr("trendLabel") });
  const key = el("dl", { class: "plot-key" });
  fill(room, plot, key);
  const tell = (/** @type {number | null | undefined} */ at) => {
    const i = at ?? lastUpTo(days, state.day);
    fill(key, el("div", { class: "month" }, el("dt", null, days[i])), ...shown.map((tier) => el("div", { title: tierName(tier) }, el("dt", null, mark(tier), el("span", { class: "offscreen" }, tierName(tier))), el("dd", null, number(counts[tier][i])))));
  };
  // Whole pixels: the chart multiplies by the screen's ratio what stands right before "px".
  const font = '11px "Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
  const years = Number(days[days.length - 1].slice(0, 4)) - Number(days[0].slice(0, 4));
  chart = new uPlot({
    width: room.clientWidth, height: 150, padding: [8, 10, 0, 0],
    cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } }, legend: { show: false },
    scales: { x: { time: false }, y: { range: (_u, _min, max) => [0, Math.max(max * 1.08, 4)] } },
    axes: [
      { stroke: ink, font, grid: { show: false }, ticks: { stroke: line, size: 4 }, size: 24, gap: 3, splits: () => ticks(days, years), values: (_u, at) => at.map((i) => label(days[i], years)) },
      { stroke: ink, font, grid: { stroke: line, width: 1 }, ticks: { show: false }, size: (_u, labels) => 8 + 6.4 * Math.max(3, ...(labels ?? []).map((text) => text.length)), gap: 4, incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10000], space: 28 },
    ],
    series: [{}, ...shown.map((tier) => ({ stroke: colours[tier], width: 2, dash: DASHES[tier], points: { show: false } }))],
    hooks: {
      setCursor: [(u) => tell(u.cursor.idx)],
      draw: [(u) => { shapes(u, shown, colours); dayLine(u, days, ink); }],
      ready: [(u) => u.over.addEventListener("click", () => { if (typeof u.cursor.idx === "number") set({ day: days[u.cursor.idx] }); })],
    },
  }, [days.map((_, i) => i), ...shown.map((tier) => counts[tier])], plot);
  tell(null);
}

/** @param {string[]} days @param {string} day */
const lastUpTo = (days, day) => Math.max(0, days.filter((one) => one <= day).length - 1);

/** @param {string[]} days @param {number} years */
export function ticks(days, years) {
  const every = years > 12 ? 48 : years > 6 ? 24 : years > 2 ? 12 : 6;
  const january = days.findIndex((day) => day.slice(5, 7) === "01" || (every === 6 && day.slice(5, 7) === "07"));
  const at = [];
  for (let i = Math.max(january, 0); i < days.length; i += every) at.push(i);
  return at;
}

/** @param {string | undefined} day @param {number} years */
export const label = (day, years) => (!day ? "" : years > 2 ? day.slice(0, 4) : day.slice(0, 7));

/**
 * The tier's shape at the end of its line.
 * @param {uPlot} u
 * @param {import("./tiers.js").Tier[]} shown
 * @param {Record<string, string>} colours
 */
function shapes(u, shown, colours) {
  const pen = u.ctx;
  const scale = (devicePixelRatio * 10) / 24;
  shown.forEach((tier, i) => {
    const values = /** @type {number[]} */ (u.data[i + 1]);
    const [x, y] = [u.valToPos(values.length - 1, "x", true), u.valToPos(values[values.length - 1], "y", true)];
    pen.save();
    pen.translate(x - 12 * scale, y - 12 * scale);
    pen.scale(scale, scale);
    pen.fillStyle = colours[tier];
    pen.strokeStyle = state.theme === "light" ? "#1A1D21" : "#0A0D11";
    pen.lineWidth = 2;
    pen.setLineDash([]);
    const path = new Path2D(SHAPES[tier]);
    pen.fill(path);
    pen.stroke(path);
    pen.restore();
  });
}

/** The day shown on the map. @param {uPlot} u @param {string[]} days @param {string} ink */
function dayLine(u, days, ink) {
  if (state.day < days[0]) return;
  const x = u.valToPos(lastUpTo(days, state.day), "x", true);
  const pen = u.ctx;
  pen.save();
  pen.strokeStyle = ink;
  pen.globalAlpha = 0.6;
  pen.lineWidth = devicePixelRatio;
  pen.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  pen.beginPath();
  pen.moveTo(x, u.bbox.top);
  pen.lineTo(x, u.bbox.top + u.bbox.height);
  pen.stroke();
  pen.restore();
}
