// The day everything is shown as of: slider over a curve of red houses, date input, steps, play by month.
import * as api from "./api.js";
import { fromNumber, plusDays, plusMonths, toNumber } from "./calendar.js";
import { longDay, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { set, state, watch } from "./state.js";
import { COLOURS } from "./tiers.js";
import { announce, byId, el, fill, paused, svg } from "./ui.js";

const YEARS_SHOWN = 3;

/** @param {{ settled: () => Promise<void> }} map playing waits for the map to be drawn */
export function startDay(map) {
  const site = /** @type {api.Site} */ (state.site);
  const first = site.first_day ?? site.opening_day;
  const last = site.today > site.opening_day ? site.today : site.opening_day;
  let whole = toNumber(last) - toNumber(first) < 366 * (YEARS_SHOWN + 1);
  let playing = 0;
  /** @type {api.Trend | null} */
  let curve = null;

  const slider = el("input", { type: "range", id: "day-slider", step: 1 });
  const date = el("input", { type: "date", id: "day-date", min: first, max: last, required: true });
  const back = el("button", { type: "button", class: "quiet", id: "day-back", onclick: () => step(-1) }, icon("back"));
  const play = el("button", { type: "button", class: "quiet play", id: "day-play", onclick: () => (playing ? stop() : start()) });
  const on = el("button", { type: "button", class: "quiet", id: "day-on", onclick: () => step(1) }, icon("next"));
  const span = el("button", { type: "button", class: "text", id: "day-span", onclick: () => { whole = !whole; draw(); } });
  const today = el("button", { type: "button", class: "text", id: "day-today", onclick: () => go(site.today < first ? first : site.today) });
  const track = el("div", { class: "track" }, slider);
  const picture = svg("svg", { class: "curve", preserveAspectRatio: "none", viewBox: "0 0 1000 40", "aria-hidden": "true" });
  const years = el("div", { class: "years", "aria-hidden": "true" });
  track.prepend(picture, years);
  fill(byId("day-room"), el("div", { class: "steps" }, back, play, on), track, el("div", { class: "when" }, date, el("div", null, today, span)));

  /** The days the slider reaches. @returns {[number, number]} */
  function reach() {
    if (whole) return [toNumber(first), toNumber(last)];
    const low = Math.max(toNumber(first), Math.min(toNumber(state.day), toNumber(plusMonths(site.opening_day, 6 - 12 * YEARS_SHOWN))));
    const high = Math.min(toNumber(last), Math.max(toNumber(state.day), toNumber(plusMonths(site.opening_day, 12))));
    return high - low > 366 * (YEARS_SHOWN + 1) ? [toNumber(first), toNumber(last)] : [low, high];
  }
  /** @param {string} day */
  function go(day) {
    set({ day: day < first ? first : day > last ? last : day });
  }
  /** @param {number} months */
  function step(months) {
    go(plusMonths(state.day, months));
    announce(tr("dayShown", longDay(state.day)));
  }
  function stop() {
    playing = 0;
    draw();
  }
  async function start() {
    const mine = ++playing;
    if (state.day >= fromNumber(reach()[1])) go(fromNumber(reach()[0]));
    draw();
    while (playing === mine) {
      await new Promise((done) => setTimeout(done, 700));
      await Promise.race([map.settled(), new Promise((done) => setTimeout(done, 4000))]);
      if (playing !== mine) return;
      if (state.day >= fromNumber(reach()[1])) return stop();
      go(plusMonths(state.day, 1));
    }
  }

  function draw() {
    const [low, high] = reach();
    slider.min = String(low);
    slider.max = String(high);
    slider.value = String(toNumber(state.day));
    slider.setAttribute("aria-valuetext", longDay(state.day));
    slider.setAttribute("aria-label", tr("daySlider"));
    date.value = state.day;
    date.setAttribute("aria-label", tr("dayInput"));
    for (const [node, label] of /** @type {[HTMLElement, string][]} */ ([[back, tr("monthBack")], [on, tr("monthOn")], [play, tr(playing ? "pauseIt" : "play")]])) {
      node.setAttribute("aria-label", label);
      node.title = label;
    }
    fill(play, icon(playing ? "pause" : "play"));
    play.setAttribute("aria-pressed", String(Boolean(playing)));
    back.disabled = state.day <= first;
    on.disabled = state.day >= last;
    today.textContent = tr("toToday");
    today.hidden = state.day === site.today;
    span.hidden = toNumber(last) - toNumber(first) < 366 * (YEARS_SHOWN + 1);
    span.textContent = whole ? tr("dayNear") : tr("dayWhole");
    track.title = tr("dayRed");
    const x = (/** @type {number} */ day) => ((day - low) / Math.max(high - low, 1)) * 1000;
    const names = [];
    const from = new Date(low * 86_400_000).getUTCFullYear(), to = new Date(high * 86_400_000).getUTCFullYear();
    const months = high - low < 550 ? 3 : 12 * (Math.ceil((to - from) / 8) || 1);
    for (let day = `${from}-01-01`; toNumber(day) < high; day = plusMonths(day, months)) {
      if (toNumber(day) < low || x(toNumber(day)) > 950) continue;
      const name = el("span", null, months < 12 ? day.slice(0, 7) : day.slice(0, 4));
      name.style.left = `${x(toNumber(day)) / 10}%`;
      names.push(name);
    }
    fill(years, ...names);
    const colour = COLOURS[state.theme].red;
    picture.replaceChildren();
    if (!curve) return;
    const most = Math.max(1, ...curve.by_tier.red);
    const dots = curve.days.map((day, i) => `${x(toNumber(day)).toFixed(1)} ${(39 - (/** @type {api.Trend} */ (curve).by_tier.red[i] / most) * 33).toFixed(1)}`);
    const ends = [x(toNumber(curve.days[0])), x(toNumber(curve.days[curve.days.length - 1]))];
    picture.append(svg("path", { d: `M${ends[0]} 40L${dots.join("L")}L${ends[1]} 40Z`, fill: colour, "fill-opacity": 0.14 }),
      svg("path", { d: `M${dots.join("L")}`, fill: "none", stroke: colour, "stroke-width": 1.5, "vector-effect": "non-scaling-stroke" }));
  }
  const askCurve = async () => {
    if (!site.first_day) return;
    const cap = `${Number(last.slice(0, 4)) - 19}${last.slice(4, 7)}-01`;
    try {
      curve = await api.trend(null, first > cap ? first : cap, last);
      draw();
    } catch { /* the slider works without its curve */ }
  };

  slider.addEventListener("input", () => { if (playing) playing = 0; go(fromNumber(Number(slider.value))); });
  slider.addEventListener("change", () => announce(tr("dayShown", longDay(state.day))));
  slider.addEventListener("keydown", (event) => {
    const steps = /** @type {Record<string, () => string>} */ ({
      ArrowLeft: () => plusDays(state.day, -1), ArrowDown: () => plusDays(state.day, -1), ArrowRight: () => plusDays(state.day, 1), ArrowUp: () => plusDays(state.day, 1),
      PageUp: () => plusMonths(state.day, 1), PageDown: () => plusMonths(state.day, -1),
    });
    if (!(event.key in steps)) return;
    event.preventDefault();
    go(steps[event.key]());
  });
  date.addEventListener("change", () => { if (date.value && date.checkValidity()) go(date.value); else date.value = state.day; });
  watch(["day", "lang", "theme"], draw);
  watch(["revision", "me", "as"], paused(500, askCurve));
  byId("day-room").hidden = !site.first_day;
  draw();
  askCurve();
}
