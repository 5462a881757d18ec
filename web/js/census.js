// Counts of the view and of the drawn area, asked anew when what they rest on changes; an overtaken question is dropped.
import * as api from "./api.js";
import { set, state, watch } from "./state.js";
import { paused } from "./ui.js";

let stamp = 0;
/** @type {{ view: AbortController | null, area: AbortController | null }} */
const asking = { view: null, area: null };

/** Starts counting. @param {(error: unknown) => void} failed told when the server refuses the area */
export function startCensus(failed) {
  const countView = paused(180, () => count("view", failed));
  const countArea = paused(60, () => count("area", failed));
  watch(["view", "day", "revision", "me", "as"], countView);
  watch(["area", "day", "revision", "me", "as"], countArea);
  countView();
  countArea();
}

/**
 * @param {"view" | "area"} what
 * @param {(error: unknown) => void} failed
 */
async function count(what, failed) {
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
    // Somebody else recorded something since: everything on the page is asked anew.
    if (counted.revision && counted.revision > state.revision) set({ revision: counted.revision });
  } catch (error) {
    if (!api.stale(error) && !(error instanceof api.Gone)) failed(error);
  }
}
