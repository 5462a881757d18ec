// Counts of the view and of the drawn area, asked anew when what they rest on changes; an overtaken question is dropped.
import * as api from "./api.js";
import { set, state, watch } from "./state.js";
import { paused } from "./ui.js";

/** @typedef {{ failed: (error: unknown) => void, newer: (revision: number) => void }} Acts `failed` when the server refuses the area; `newer` hears what revision was counted */

let stamp = 0;
/** @type {{ view: AbortController | null, area: AbortController | null }} */
const asking = { view: null, area: null };

/** Starts counting. @param {Acts} acts */
export function startCensus(acts) {
  const countView = paused(180, () => count("view", acts));
  const countArea = paused(60, () => count("area", acts));
  watch(["view", "day", "revision", "me", "as"], countView);
  watch(["area", "day", "revision", "me", "as"], countArea);
  countView();
  countArea();
}

/**
 * @param {"view" | "area"} what
 * @param {Acts} acts
 */
async function count(what, { failed, newer }) {
  asking[what]?.abort();
  const area = state[what];
  if (!area || !state.day) {
    set(what === "view" ? { viewCounts: null } : { areaCounts: null });
    return;
  }
  const control = new AbortController();
  asking[what] = control;
  try {
    const counted = { ...(await api.summary(area, state.day, { signal: control.signal })), stamp: ++stamp };
    set(what === "view" ? { viewCounts: counted } : { areaCounts: counted });
    if (counted.revision) newer(counted.revision);
  } catch (error) {
    if (!api.stale(error) && !(error instanceof api.Gone)) failed(error);
  }
}
