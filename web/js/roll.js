// The houses of the view or of the drawn area, page by page, worst tier first. Used by the list, the CSV file and the print.
import * as api from "./api.js";
import { shows, state } from "./state.js";
import { TIERS } from "./tiers.js";

/** @typedef {import("./api.js").HouseFeature} HouseFeature */

/** The area and counts of the chosen scope, or null when there is nothing to list. */
export function scopeNow() {
  const area = state.scope === "area" ? state.area : state.view;
  const counts = state.scope === "area" ? state.areaCounts : state.viewCounts;
  return area && counts ? { area, counts } : null;
}

/** How many houses the filter leaves of these counts. @param {import("./api.js").Summary} counts */
export const shownOf = (counts) => TIERS.reduce((sum, tier) => sum + (shows(tier) ? counts.by_tier[tier] ?? 0 : 0), 0);

/**
 * Yields pages of houses, tier by tier from the worst, each sorted by code; the server does the paging.
 * @param {number} limit rows per page
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<HouseFeature[], void, void>}
 */
export async function* roll(limit, signal) {
  const scope = scopeNow();
  if (!scope) return;
  const { area, counts } = scope;
  const { day } = state;
  for (const tier of TIERS.filter((one) => shows(one) && counts.by_tier[one] > 0)) {
    /** @type {string | null} */
    let after = null;
    do {
      /** @type {import("./api.js").HousePage} */
      const page = await api.housesIn(area, day, { tier, after, limit, signal });
      yield page.features;
      after = page.next;
    } while (after);
  }
}
