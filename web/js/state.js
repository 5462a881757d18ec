// What the page shows at this moment: one value, changed by `set`, heard by `watch`. Mirrored to the address by hash.js.
import { TIERS } from "./tiers.js";

/** @typedef {import("./tiers.js").Tier} Tier */
/** @typedef {{ type: "Polygon", coordinates: number[][][] }} Area one ring, its first point repeated at the end */
/** @typedef {import("./api.js").Summary & { stamp: number }} Counted counts, with a number that differs each time they were asked */
/**
 * @typedef {object} State
 * @property {{ z: number, lat: number, lng: number } | null} at where the map looks
 * @property {string} day the day everything is shown as of
 * @property {Tier[]} tiers the tiers shown; empty means all
 * @property {string | null} sel code of the house whose card is open
 * @property {{ code: string, lng: number, lat: number } | null} halo the house ringed on the map
 * @property {"zh" | "en"} lang
 * @property {import("./tiers.js").Theme} theme
 * @property {Area | null} view what the map shows at this moment
 * @property {Area | null} area the drawn area
 * @property {Counted | null} viewCounts
 * @property {Counted | null} areaCounts
 * @property {"view" | "area"} scope which list is shown
 * @property {boolean} density whether the map shows how many live where
 * @property {import("./api.js").View | null} as how staff see tiers; null leaves it to their role
 * @property {string | null} photo id of the photo whose card is open
 * @property {"" | "tasks" | "policies" | "photos" | "field" | "coverage" | "rounds" | "walk" | "statistics" | "studies"} page what is open beside the map
 * @property {string | null} round id of the round that is open, "new" while one is being planned
 * @property {string | null} study id of the study that is open
 * @property {import("./api.js").Work | null} work what waits for this office
 * @property {import("./api.js").Difference | null} difference what an edited policy would change, as simulated last
 * @property {import("./api.js").Site | null} site
 * @property {import("./api.js").Policy | null} policy
 * @property {import("./api.js").Me} me
 * @property {number} revision raised by every change of the data
 */

/** @type {State} */
export const state = {
  at: null, day: "", tiers: [], sel: null, photo: null, halo: null,
  lang: document.documentElement.lang.startsWith("en") ? "en" : "zh",
  theme: document.documentElement.dataset.theme === "dark" ? "dark" : "light",
  view: null, area: null, viewCounts: null, areaCounts: null, scope: "view", density: false, as: null, page: "", round: null, study: null, work: null, difference: null, site: null, policy: null, me: { role: "public", name: "", areas: null, rights: [] }, revision: 0,
};

/** @type {{ keys: (keyof State)[], act: (changed: Set<keyof State>) => void }[]} */
const watchers = [];

/**
 * Calls `act` after any of these keys changed.
 * @param {(keyof State)[]} keys
 * @param {(changed: Set<keyof State>) => void} act
 */
export function watch(keys, act) {
  watchers.push({ keys, act });
}

/**
 * Changes the state; watchers hear once, after all keys are set.
 * @param {Partial<State>} change
 */
export function set(change) {
  /** @type {Set<keyof State>} */
  const changed = new Set();
  for (const key of /** @type {(keyof State)[]} */ (Object.keys(change))) {
    if (JSON.stringify(state[key]) === JSON.stringify(change[key])) continue;
    Object.assign(state, { [key]: change[key] });
    changed.add(key);
  }
  if (!changed.size) return;
  for (const { keys, act } of watchers) if (keys.some((key) => changed.has(key))) act(changed);
}

/** Whether a house of this tier is shown. @param {Tier} tier */
export const shows = (tier) => !state.tiers.length || state.tiers.includes(tier);

/** Turns one tier of the filter on or off. All on is the same as none on. @param {Tier} tier */
export function toggleTier(tier) {
  const on = state.tiers.includes(tier) ? state.tiers.filter((other) => other !== tier) : [...state.tiers, tier];
  set({ tiers: on.length === TIERS.length ? [] : TIERS.filter((other) => on.includes(other)) });
}

/** Whether the page is used by staff. */
export const staff = () => state.me.role !== "public";

/** Whether the person may do this. @param {string} right */
export const may = (right) => state.me.rights.includes(right);
