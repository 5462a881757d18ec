// The tiers of one house over time: a bar with shapes, and the same in words.
import { longDay, tierName, tr } from "./i18n.js";
import { mark } from "./icons.js";
import { state } from "./state.js";
import { SHAPES } from "./tiers.js";
import { el, svg } from "./ui.js";

/** @typedef {import("./api.js").Span} Span */

const DAY = 86_400_000;
const WIDTH = 320;

/**
 * @param {Span[]} spans in order of time
 * @param {(day: string) => void} goTo shows the map as of that day
 */
export function history(spans, goTo) {
  if (!spans.length) return null;
  const start = Date.parse(spans[0].from);
  const last = Date.parse(spans[spans.length - 1].from);
  const end = Math.max(last + 120 * DAY, Math.min(Date.parse(state.day), last + 400 * DAY) + 30 * DAY);
  const x = (/** @type {number} */ time) => ((Math.min(Math.max(time, start), end) - start) / (end - start)) * WIDTH;
  const merged = spans.filter((span, i) => !i || spans[i - 1].tier !== span.tier);
  const chart = svg("svg", { viewBox: `0 0 ${WIDTH} 46`, class: "spans", role: "img", "aria-label": tr("historyLabel") });
  merged.forEach((span, i) => {
    const [from, to] = [x(Date.parse(span.from)), i + 1 < merged.length ? x(Date.parse(merged[i + 1].from)) : WIDTH];
    chart.append(svg("rect", { x: from, y: 6, width: Math.max(to - from - 1, 1), height: 18, rx: 2, class: `fill ${span.tier}` }));
    if (to - from > 17) chart.append(svg("path", { d: SHAPES[span.tier], class: `on ${span.tier}`, transform: `translate(${(from + to) / 2 - 6} 9) scale(.5)` }));
  });
  const years = [];
  for (let year = new Date(start).getUTCFullYear() + 1; Date.UTC(year, 0) < end; year++) years.push(year);
  years.filter((_, i) => i % Math.ceil(years.length / 6) === 0).forEach((year) => {
    const at = x(Date.UTC(year, 0));
    chart.append(svg("path", { d: `M${at} 24v5`, class: "tick" }), svg("text", { x: Math.min(Math.max(at, 12), WIDTH - 12), y: 40, class: "year" }, String(year)));
  });
  const now = Date.parse(state.day);
  if (now >= start) chart.append(svg("path", { d: `M${x(now)} 2v26`, class: "now" }), svg("circle", { cx: x(now), cy: 3, r: 3, class: "now" }));
  return el("section", { class: "part" }, el("h3", null, tr("history")), chart,
    el("details", { class: "words" }, el("summary", null, tr("historyWords", spans.length)),
      el("ol", null, [...spans].reverse().map((span, back) => {
        const following = spans[spans.length - back];
        const current = span.from <= state.day && (!following || following.from > state.day);
        return el("li", { class: current ? "current" : "" }, mark(span.tier), el("b", null, tierName(span.tier)),
          el("span", null, span.score === null ? "" : tr("points", span.score)),
          el("button", { type: "button", class: "text", onclick: () => goTo(span.from) }, longDay(span.from)));
      }))));
}
