// The server as the page sees it. The only module that calls fetch; knows no elements.

/** @typedef {import("./tiers.js").Tier} Tier */
/** @typedef {import("./state.js").Area} Area */
/** @typedef {{ zh: string, en: string }} Text */
/** @typedef {{ name: Text, demo: boolean, bounds: [number, number, number, number] | null, today: string, opening_day: string, first_day: string | null, houses: number, revision: number, attribution: string }} Site */
/** @typedef {{ title: Text, values?: { is: string, title: Text }[], number?: { min: number, max: number }, staff_only?: boolean }} Field */
/** @typedef {{ name: string, version: number, hash: string, title: Text, tiers: Record<string, { called: Text, follows: Text[] }>, kinds: Record<string, { title: Text, fields: string[] }>, fields: Record<string, Field> }} Policy */
/** @typedef {{ role: string, name: string, area: string | null, rights: string[] }} Me */
/** @typedef {{ day: string, total: number, by_tier: Record<Tier, number>, by_kind: Record<string, number>, revision?: number, codes?: string[] }} Summary */
/** @typedef {{ code: string, tier: Tier, kind: string, address: string, score?: number | null }} HouseRow */
/** @typedef {{ type: "Feature", geometry: { type: "Point", coordinates: [number, number] }, properties: HouseRow }} HouseFeature */
/** @typedef {{ features: HouseFeature[], numberReturned: number, next: string | null, day: string }} HousePage */
/** @typedef {{ code: string, lon: number, lat: number, address: string, door_plate: string, kind: string, area_code: string, tier: Tier, day: string }} House */
/** @typedef {{ id: string, date: string, kind: string }} Observation */
/** @typedef {{ criterion: string, title: Text, points: number, observation: Observation | null, value: Text | string | number | null, until: string | null }} ReceiptLine */
/** @typedef {{ title: Text, held: boolean, any_of?: { title: Text, held: boolean }[] }} Condition */
/** @typedef {{ tier: Tier, title: Text, held: boolean, conditions: Condition[] }} Gate */
/** @typedef {{ from: string, tier: Tier, score: number | null }} Span */
/** @typedef {{ code: string, day: string, tier: Tier, score: number | null, score_tier: Tier | null, conduct_tier: Tier | null, policy: { name: string, version: number, hash: string }, lines: ReceiptLine[], gates: Gate[], next_change: Span | null, spans: Span[] }} Receipt */
/** @typedef {{ id: string, date: string, kind: string, fields: Record<string, string | number>, voided: boolean, recorded_at: string, recorded_by?: string }} HouseEvent */
/** @typedef {{ days: string[], by_tier: Record<Tier, number[]> }} Trend */
/** @typedef {{ code: string, address: string, kind: string, tier: Tier, lon: number, lat: number }} Found */

/** A refusal by the server, as it explains itself. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{ code?: string, title?: string, title_zh?: string, detail?: string, errors?: { field?: string, code?: string, expected?: string, found?: string }[] }} body
   */
  constructor(status, body) {
    super(body.title || `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? "";
    this.titleZh = body.title_zh ?? "";
    this.detail = body.detail ?? "";
    this.errors = body.errors ?? [];
  }
}

/** The server could not be reached at all, or is not itself. */
export class Gone extends Error {}

let token = "";
let busy = 0;
/** @type {{ busy: (now: boolean) => void, gone: () => void, back: () => void, refused: () => void }} */
const heard = { busy() {}, gone() {}, back() {}, refused() {} };

/** Who wants to hear of loading, of a lost server and of a refused token. @param {Partial<typeof heard>} listeners */
export function listen(listeners) {
  Object.assign(heard, listeners);
}

/** @param {string} given the access token, or "" to be the public */
export function useToken(given) {
  token = given;
}

// The header that says who asks, for requests that others make (the tiles of the map).
/** @returns {Record<string, string>} */
export const identity = () => (token ? { Authorization: `Bearer ${token}` } : {});

/**
 * @template T
 * @param {string} path
 * @param {{ query?: Record<string, string | number | boolean | undefined | null>, body?: unknown, post?: boolean, signal?: AbortSignal }} [options]
 * @returns {Promise<T>}
 */
async function ask(path, { query, body, post = body !== undefined, signal } = {}) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  if (!busy++) heard.busy(true);
  try {
    const answer = await fetch(path + (search ? `?${search}` : ""), {
      method: post ? "POST" : "GET",
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...identity() },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
    if ([502, 503, 504].includes(answer.status)) throw new Gone(`HTTP ${answer.status}`);
    heard.back();
    const json = await answer.json().catch(() => ({}));
    if (answer.ok) return json;
    if (answer.status === 401) heard.refused();
    throw new Problem(answer.status, json);
  } catch (error) {
    if (error instanceof TypeError || error instanceof Gone) {
      heard.gone();
      throw new Gone(error.message);
    }
    throw error;
  } finally {
    if (!--busy) heard.busy(false);
  }
}

/** Whether a failure is only a newer question overtaking this one. @param {unknown} error */
export const stale = (error) => error instanceof DOMException && error.name === "AbortError";

const house = (/** @type {string} */ code) => `/api/houses/${encodeURIComponent(code)}`;

/** @returns {Promise<Site>} */
export const site = () => ask("/api/site");
/** @param {string} date @returns {Promise<Policy>} */
export const policy = (date) => ask("/api/policy", { query: { date } });
/** @returns {Promise<Me>} */
export const me = () => ask("/api/me");
/** @param {Area} area @param {string} date @param {{ tier?: string, signal?: AbortSignal }} [more] @returns {Promise<Summary>} */
export const summary = (area, date, { tier, signal } = {}) => ask("/api/areas/summary", { query: { date, tier }, body: area, signal });
/** @param {Area} area @param {string} date @param {{ tier?: string, after?: string | null, limit?: number, signal?: AbortSignal }} [more] @returns {Promise<HousePage>} */
export const housesIn = (area, date, { tier, after, limit = 100, signal } = {}) => ask("/api/areas/houses", { query: { date, tier, after, limit }, body: area, signal });
/** @param {Area | null} area null: the whole site @param {string} from @param {string} to @param {AbortSignal} [signal] @returns {Promise<Trend>} */
export const trend = (area, from, to, signal) => ask("/api/areas/trend", { query: { from, to }, body: area ?? undefined, post: true, signal });
/** @param {string} q @param {string} date @param {AbortSignal} [signal] @returns {Promise<{ houses: Found[] }>} */
export const search = (q, date, signal) => ask("/api/houses/search", { query: { q, date, limit: 10 }, signal });
/** @param {string} code @param {string} date @param {AbortSignal} [signal] @returns {Promise<House>} */
export const houseOf = (code, date, signal) => ask(house(code), { query: { date }, signal });
/** @param {string} code @param {string} date @param {AbortSignal} [signal] @returns {Promise<Receipt>} */
export const receipt = (code, date, signal) => ask(`${house(code)}/tier`, { query: { date }, signal });
/** @param {string} code @param {AbortSignal} [signal] @returns {Promise<{ events: HouseEvent[] }>} */
export const events = (code, signal) => ask(`${house(code)}/events`, { signal });
/** @param {string} code @param {Record<string, string | number>} event @returns {Promise<{ id: string, tier: Tier, score: number | null, day: string, revision: number }>} */
export const record = (code, event) => ask(`${house(code)}/events`, { body: event });
/** @param {string} id @param {string} reason @returns {Promise<unknown>} */
export const voidEvent = (id, reason) => ask(`/api/events/${encodeURIComponent(id)}/void`, { body: { reason } });
