// The legend: shape, word and count of every tier in view; a click (or the keys 1–4) filters.
import { number, tierCalled, tierName, tr } from "./i18n.js";
import { mark } from "./icons.js";
import { shownOf } from "./roll.js";
import { set, shows, state, toggleTier, watch } from "./state.js";
import { TIERS } from "./tiers.js";
import { byId, el, fill } from "./ui.js";

/** @typedef {import("./tiers.js").Tier} Tier */

/** What a tier is called beside its colour word. @param {Tier} tier */
const called = (tier) => (tier === "unrated" ? tr("called_unrated") : tier === "none" ? tr("called_none") : tierCalled(tier));

/** @param {{ cells: () => boolean }} map tells whether cells are drawn instead of houses */
export function startLegend(map) {
  byId("legend-clear").addEventListener("click", () => set({ tiers: [] }));
  const draw = () => {
    const counts = state.viewCounts;
    const most = Math.max(1, ...TIERS.filter((tier) => tier !== "none").map((tier) => counts?.by_tier[tier] ?? 0));
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.tier : undefined;
    fill(byId("legend"), ...TIERS.map((tier, i) => row(tier, i, counts ? counts.by_tier[tier] ?? 0 : null, most)), el("p", { class: "hint", id: "cells-note" }, map.cells() ? tr("cellsNote") : null));
    if (focused) /** @type {HTMLElement | null} */ (byId("legend").querySelector(`[data-tier="${focused}"]`))?.focus({ preventScroll: true });
    byId("legend-clear").hidden = !state.tiers.length;
    byId("legend-scope").textContent = !counts ? "" : state.tiers.length ? tr("countShown", shownOf(counts), counts.total) : tr("countView", counts.total);
  };
  watch(["viewCounts", "tiers", "lang", "policy", "at"], draw);
  draw();
}

/**
 * @param {Tier} tier
 * @param {number} i
 * @param {number | null} count
 * @param {number} most
 */
function row(tier, i, count, most) {
  const bar = el("i", { class: `share ${tier}` });
  bar.style.width = tier === "none" ? "0" : `calc((100% - 47px) * ${(count ?? 0) / most})`;
  return el(
    "button",
    {
      type: "button", class: `tier ${tier}`, data: { tier }, "aria-pressed": String(Boolean(state.tiers.length) && shows(tier)),
      title: i < 4 ? `${called(tier)} · ${i + 1}` : called(tier),
      onclick: () => toggleTier(tier), ...(shows(tier) ? {} : { "data-off": "" }),
    },
    mark(tier), el("b", null, tierName(tier)), el("span", { class: "called" }, called(tier)),
    el("span", { class: "count" }, count === null ? "–" : number(count)), bar,
  );
}
