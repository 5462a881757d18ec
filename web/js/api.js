// The server as the page sees it. The only module that calls fetch; knows no elements.

/** @typedef {import("./tiers.js").Tier} Tier */
/** @typedef {import("./state.js").Area} Area */
/** @typedef {{ zh: string, en: string }} Text */
/** @typedef {{ kind: "vector" | "raster", tiles: string, minzoom: number, maxzoom: number, bounds: [number, number, number, number], attribution: string }} Basemap a map drawn under the houses; the attribution may hold HTML */
/** @typedef {{ name: Text, demo: boolean, bounds: [number, number, number, number] | null, today: string, opening_day: string, first_day: string | null, houses: number, revision: number, attribution: Text | string, basemap: Basemap | null, first_start?: boolean }} Site */
/** @typedef {{ title: Text, values?: { is: string, title: Text }[], number?: { min: number, max: number }, staff_only?: boolean }} Field */
/** @typedef {{ name: string, version: number, hash: string, title: Text, tiers: Record<string, { called: Text, follows: Text[], days_to_repair?: number | null }>, kinds: Record<string, { title: Text, fields: string[] }>, fields: Record<string, Field> }} Policy */
/** @typedef {"published" | "computed"} View tiers as the public sees them, or as the records give them */
/** @typedef {{ role: string, name: string, areas: string[] | null, rights: string[], view?: View, account?: { has_second_factor: boolean, must_enrol: boolean } }} Me `account` for who signed in with one */
/** @typedef {{ id: string, name: string, role: string, areas: string[] | null, has_second_factor: boolean, disabled: boolean, made_at: string }} Account areas null: the whole site */
/** @typedef {{ second_factor: string, idle_minutes: number }} SignInPolicy */
/** @typedef {{ accounts: Account[], policy: SignInPolicy, has_key: boolean }} Accounts */
/** @typedef {{ day: string, total: number, by_tier: Record<Tier, number>, by_kind: Record<string, number>, revision?: number, codes?: string[], population?: { registered: number, temporary: number, houses: number } }} Summary `population` of the houses in reach, for staff */
/** @typedef {{ type: "FeatureCollection", features: { type: "Feature", properties: import("./population.js").Cell, geometry: { type: "Polygon", coordinates: number[][][] } }[] }} GridCells residents by cell */
/** @typedef {{ code: string, name: string, kind: "school" | "clinic" | "other", lon: number, lat: number, people: number, mean_m: number | null, farthest_m: number | null }} ServicePoint */
/** @typedef {{ code: string, tier: Tier, kind: string, address: string, area_code?: string, score?: number | null, published?: Tier }} HouseRow `published` where the public still sees another tier */
/** @typedef {{ type: "Feature", geometry: { type: "Point", coordinates: [number, number] }, properties: HouseRow }} HouseFeature */
/** @typedef {{ features: HouseFeature[], numberReturned: number, next: string | null, day: string }} HousePage */
/** @typedef {{ code: string, lon: number, lat: number, address: string, door_plate: string, kind: string, area_code: string, tier: Tier, day: string, residents?: { registered: number, temporary: number }, photos?: number }} House `residents` and `photos` for staff who may see them */
/** @typedef {{ id: string, person: string, house_code: string, tag: string, role: "owner" | "tenant" | "family", registration: "registered" | "temporary" | null, from: string, to: string | null }} Resident nothing of name or numbers */
/** @typedef {{ name: string, id_number: string | null, phone: string | null }} Person */
/** @typedef {{ house_code: string, address: string, role: Resident["role"], registration: Resident["registration"], from: string, to: string | null, recorded_at: string, recorded_by: string, ended_at: string | null, ended_by: string | null }} FiledResidency */
/** @typedef {{ at: string, who: string, role: string, action: "reveal_person" | "find_person" | "disclose_person" | "record_residency" | "end_residency", purpose: "visit" | "registration" | "case" | "emergency" | "person_asked" | null, house_code: string | null }} Use */
/** @typedef {{ person: Person, recorded_at: string, residencies: FiledResidency[], uses: Use[], cut: boolean }} PersonFile */
/** @typedef {{ id: string, name: string, kind: string, credit_code: string | null, staff: number | null, from: string | null, to: string | null }} Unit */
/** @typedef {{ id: string, date: string, kind: string }} Observation */
/** @typedef {"certain" | "suggested" | "placed_by_hand" | "unplaced"} PhotoLink how a photo came to its house */
/** @typedef {{ id: string, hash: string, house_code: string | null, link: PhotoLink, taken: string | null, day: string, lon: number | null, lat: number | null, heading: number | null, accuracy_m: number | null, width: number, height: number, bytes: number, notes: string[], uploaded_by: string, uploaded_at: string }} Photo `taken` local, as the camera says; `heading` clockwise from north */
/** @typedef {{ house_code: string, address: string, reason: "seen" | "near", share: number | null, metres: number }} Candidate a house that a photo may show */
/** @typedef {Photo & { candidates: Candidate[], unplaced_because: "no_place" | "vague" | "nothing_near" | null, alike: { id: string, house_code: string | null, day: string, distance: number }[] }} PhotoCard */
/** @typedef {{ link: PhotoLink, house_code: string | null, candidates: Candidate[], unplaced_because: string | null }} Suggestion */
/** @typedef {{ day: string, older_than: number | null, houses: number, without: number, older: number, areas: { area_code: string, houses: number, without: number, older: number }[] }} Coverage */
/** @typedef {{ code: string, address: string, area_code: string, lon: number, lat: number, last: string | null }} BareHouse a house without a photo, or whose last one is old */
/** @typedef {{ location: string | null, offset: number, photo: string | null }} Standing of an upload in parts: the bytes that came, and the photo it became */
/** @typedef {{ criterion: string, title: Text, points: number, observation: Observation | null, value: Text | string | number | null, until: string | null }} ReceiptLine */
/** @typedef {{ title: Text, held: boolean, any_of?: { title: Text, held: boolean }[] }} Condition */
/** @typedef {{ tier: Tier, title: Text, held: boolean, conditions: Condition[] }} Gate */
/** @typedef {{ from: string, tier: Tier, score: number | null }} Span */
/** @typedef {{ code: string, day: string, tier: Tier, score: number | null, score_tier: Tier | null, conduct_tier: Tier | null, policy: { name: string, version: number, hash: string }, lines: ReceiptLine[], gates: Gate[], next_change: Span | null, spans: Span[] }} Receipt */
/** @typedef {{ id: string, date: string, kind: string, fields: Record<string, string | number>, voided: boolean, recorded_at: string, recorded_by?: string, photos?: string[] }} HouseEvent `photos` that it rests on, for staff */
/** @typedef {{ days: string[], by_tier: Record<Tier, number[]> }} Trend */
/** @typedef {{ code: string, address: string, unit: string | null, kind: string, tier: Tier, lon: number, lat: number }} Found */
/** @typedef {{ kind: "provisional", tier: Tier } | { kind: "under_repair", tier: Tier, until: string }} Pending */
/** @typedef {{ id: string, tier: Tier, given: string, effective: string, reason: string, by: string, withdrawn: string | null }} Confirmation */
/** @typedef {"friendly_reminder" | "rectification_notice" | "formal_notice" | "certificate"} NoticeKind */
/** @typedef {{ id: string, number: string, kind: NoticeKind, tier: Tier, day: string, deadline: string | null, pdf_hash: string, made_by: string, served: string | null, served_how: string | null, served_by: string | null }} Notice */
/** @typedef {{ id: string, event_id: string | null, confirmation_id: string | null, statement: string, asked: string, due: string, recorded_by: string, decided: string | null, decided_by: string | null, upheld: boolean | null, reason: string | null }} Review */
/** @typedef {{ code: string, day: string, computed: Tier | null, published: Tier, pending: Pending | null, under_review: boolean, spans: { from: string, tier: Tier }[], confirmations?: Confirmation[], notices?: Notice[], reviews?: Review[] }} Publication the last three for staff only */
/** @typedef {{ make: { field: string, title: Text, value: string, state: Text } } | { do: { kind: string, title: Text } }} Step */
/** @typedef {{ steps: Step[], tier: Tier, reached: string, until: string | null }} Way no steps: it heals by waiting */
/** @typedef {{ day: string, provisional: { code: string, address: string, computed: Tier, published: Tier, since: string }[], provisional_total: number, repairs: { code: string, address: string, tier: Tier, until: string, overdue: boolean }[], notices: { id: string, number: string, kind: NoticeKind, code: string, deadline: string | null, overdue: boolean, served: string | null }[], reviews: { id: string, code: string, asked: string, due: string, overdue: boolean, statement: string }[] }} Work */
/** @typedef {{ valid_from: string, name: string, version: number, hash: string, title: Text, activated_by: string | null }} Edition */
/** @typedef {{ officer: number, assistant: number }} Visits per 30 days */
/** @typedef {{ code: string, area_code: string, before: Tier, after: Tier, score_before: number | null, score_after: number | null, lon: number, lat: number }} Flip */
/** @typedef {{ rated: number, red_before: number, red_after: number, changed: number, ratio: number | null, p: number | null, p_corrected: number | null, warning: boolean }} Impact */
/** @typedef {Impact & { area_code: string, name: string | Text }} AreaImpact */
/** @typedef {Impact & { share: "nobody" | "none" | "under_half" | "half_or_more" }} ShareImpact */
/** @typedef {{ day: string, houses: number, before: number[], after: number[], moves: number[][], flips: Flip[], visits_before: Visits, visits_after: Visits, areas: AreaImpact[], shares: ShareImpact[] }} Difference counts in the order none, unrated, red, yellow, green, star */

/** @typedef {"officer" | "assistant"} Duty */
/** @typedef {"done" | "nobody_home" | "refused"} Outcome */
/** @typedef {{ kind: "cadence", every_days: number } | { kind: "reinspection", deadline: string } | { kind: "formal_notice", refused: string } | { kind: "never_assessed" }} DueReason */
/** @typedef {{ code: string, lon: number, lat: number, address: string, area_code: string, tier: Tier, duty: Duty, reason: DueReason, last_visit: string | null, tried: string | null, not_before: string | null, due: string, days_overdue: number, evening_allowed: boolean }} DueItem */
/** @typedef {{ day: string, total: number, overdue: number, items: DueItem[], next?: string }} DueList */
/** @typedef {{ due: number, overdue: number, most_days_overdue: number }} DueCount */
/** @typedef {{ day: string, areas: (DueCount & { area_code: string })[], staff: (DueCount & { name: string, duty: Duty, areas: string[] | null })[] }} DueLoad */
/** @typedef {{ day: string, visits_per_day: number, reached: number, slipped: number, items: DueItem[] }} Slips */
/** @typedef {{ id: string, code: string, date: string, at: string | null, duty: Duty, outcome: Outcome, evening: boolean, second: string, round: string, event_id: string | null, note: string, recorded_by: string, recorded_at: string, voided: boolean }} Visit */
/** @typedef {{ id: string, date: string, at: string, duty?: Duty, outcome: Outcome, evening: boolean, second: string, round: string, findings?: { kind: string } & Record<string, string | number> }} VisitDraft */
/** @typedef {{ from: string, until: string, minutes: number }} TeamBreak */
/** @typedef {{ name: string, duty: Duty, members: string[], start: [number, number], end?: [number, number] | null, open_end: boolean, from: string, until: string, breaks: TeamBreak[], most_km: number | null }} Team */
/** @typedef {{ number: number, code: string, address: string, area_code: string, lon: number, lat: number, tier: Tier, state: "planned" | Outcome, locked: boolean, importance: "must" | "should" | "may", duty: Duty, reason: DueReason | null, days_overdue: number | null, drawn: boolean, travel_s: number, length_m: number, arrives_s: number, begins_s: number, leaves_s: number, links: { geo: string, amap: string, baidu: string, tencent: string } }} Stop times in seconds since midnight of the day */
/** @typedef {Team & { leaves_s: number, ends_s: number, travel_s: number, length_m: number, breaks_taken: [number, number][], stops: Stop[] }} RoundTeam */
/** @typedef {Stop & { why: Text & { code: string, help: (Text & { code: string, team: string | null, by: number }) | null } | null }} LeftOut */
/** @typedef {{ id: string, day: string, name: string, evening: boolean, mode: "walk" | "cycle" | "drive", revision: number, minutes: number, ways: { by: "streets", name: string, attribution: string } | { by: "straight_lines", factor: number }, random: { share: number, candidates: number, drawn: number, probability: number } | null, seed: string, iterations: number, teams: RoundTeam[], left_out: LeftOut[], dropped: Stop[], made_by: string }} Round */
/** @typedef {{ id: string, day: string, name: string, evening: boolean, revision: number, made_by: string, teams: number, stops: number, visited: number, left_out: number }} RoundSummary */
/** @typedef {{ moved: string[], added: string[], dropped: string[] }} RoundChanges codes of houses */
/** @typedef {{ round: Round, changes?: RoundChanges }} Planned */
/** @typedef {{ day: string, name: string, mode: string, minutes: number, until_days: number, share: number, evening?: boolean, area?: string, polygon?: Area, houses?: string[], teams: Team[] }} RoundDraft */
/** @typedef {{ progress?: number, result?: Planned, problem?: ConstructorParameters<typeof Problem>[1] }} PlanLine */
/** @typedef {{ all: number, in_rental: number, rental_houses: number }} Happened */
/** @typedef {{ done: number, nobody_home: number, refused: number }} VisitCounts */
/** @typedef {{ year_before: { from: string, to: string }, recent_days: number, houses: number, rental: number, plates: number, units: number | null, residencies?: number | null, photos: number, photos_waiting: number, coverage: { day: string, assessed: number, assessed_recently: number, photographed: number, photographed_recently: number, population: { registered: number, temporary: number } | null }[], happened: { kind: string, title: Text, now: Happened, year_before: Happened, rental_percent: number | null, rental_change_percent: number | null }[], improved: { field: string, title: Text, now: number, year_before: number }[], visits: [VisitCounts, VisitCounts] | null, due?: number, overdue?: number }} FiguresOfRecord */
/** @typedef {{ from: string, to: string, houses: Record<string, number>, revision: number, days: { day: string, by_tier: Record<Tier, number> }[], months: { day: string, by_tier: Record<Tier, number> }[], record?: FiguresOfRecord, population: { day: string | null, least_told: number, areas: { code: string, name: string, registered: number | null, temporary: number | null }[] } }} Statistics `record` for staff, of the houses in reach */

/** @typedef {{ ratio: number, low: number, high: number }} Ratio with its 95 % interval */
/** @typedef {{ least: number, rental: number, rated: number, red: number, dimensions: { by: "area" | "size" | "temporary_share", cramers_v: number | null, groups: { names: string[], rental: number, rated: number, tiers: number[], red_percent: number | null, ratio: Ratio | null, p: number, p_corrected: number, warning: boolean, assessed: number, assessments: number }[] }[], feedback: { ratio: Ratio | null, warning: boolean, doses: { assessments: number, houses: number, worse: number }[] } | null }} Fairness */

/** @typedef {{ type: "Feature", properties: {}, geometry: Area }} Drawn */
/** @typedef {{ method: string, [setting: string]: string | number | boolean | null }} Ask */
/** @typedef {{ date: string, as?: View, area?: Drawn, other?: Drawn, ask: Ask }} Question */
/** @typedef {{ id: string, name: string, author: string, areas: string[] | null, alpha: number, at_ms: number }} Study areas null: the whole site */
/** @typedef {{ number: number, method: string, is_test: boolean, ask: Ask, date: string, as: View, area: Drawn | null, other: Drawn | null, p: number | null, p_corrected: number | null, is_significant: boolean, groups_now: { number: number, p_corrected: number | null }[] | null, by: string, at_ms: number }} Asked corrected for all questions until now; `groups_now` those of its card that still hold, null for exploration */
/** @typedef {Study & { questions_so_far: number, questions_elsewhere: number, questions: Asked[] }} Ledger */
/** @typedef {{ number: number, label: string, houses?: number, red?: number, expected?: number, relative_risk?: number, interval?: [number, number], centre?: [number, number], radius_m?: number, span?: { from: string, to: string, course: string }, tiers?: { tier: Tier, houses: number, expected: number }[], residents?: number, llr?: number, p?: number, p_corrected?: number, p_gumbel?: number, held_back?: boolean }} Group */
/** @typedef {{ study: string, number: number, method: string, is_test: boolean, ask: Ask, date: string, as: View, policy: { name: string, version: number }, houses: number | null, red: number | null, groups: Group[], joins?: { red_red: number, red_other: number, other_other: number, expected: [number, number, number] }, streets?: { off_streets?: number, hash: string, attribution: string }, without_neighbours?: number, test: Text | null, p: number | null, p_corrected: number | null, questions_so_far: number, alpha: number, is_significant: boolean, sentence: Text, note?: Text, data_hash: string, question_hash: string, by: string, at_ms: number, held_back?: boolean }} ResultCard `p_corrected` as of when it was made */
/** @typedef {{ id: string | null, file: string, attribution: string, junctions: number, edges: number, walk_km: number, cycle_km: number, drive_km: number, reading: { ways: number, left_out: Record<string, number> } }} Streets `id` null when this very file was in use already */
/** @typedef {{ code: string, tier: Tier, group: number, certainty?: number, z?: number, p?: number, p_fdr?: number, is_significant: boolean }} PlacedHouse */
/** @typedef {{ type: "FeatureCollection", features: ({ type: "Feature", properties: PlacedHouse, geometry: { type: "Point", coordinates: [number, number] } } | { type: "Feature", properties: { value: number }, geometry: Area })[] }} Places what a card names */
/** @typedef {{ houses: number, red: number, share: number | null }} Share */
/** @typedef {{ date: string, inside: Share, rest?: Share, other?: Share, note: Text }} Preview */

/** A refusal by the server, as it explains itself. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{ code?: string, title?: string, title_zh?: string, detail?: string, line?: number, errors?: { field?: string, code?: string, expected?: string, found?: string }[] }} body
   */
  constructor(status, body) {
    super(body.title || `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? "";
    this.titleZh = body.title_zh ?? "";
    this.detail = body.detail ?? "";
    this.errors = body.errors ?? [];
    this.line = body.line ?? 0;
  }
}

/** The server could not be reached at all, or is not itself. */
export class Gone extends Error {}

let token = "";
/** @type {View | ""} */
let lens = "";
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

/** What tiers are asked as; "" leaves it to the server, which knows who asks. @param {View | ""} given */
export function useLens(given) {
  lens = given;
}

/** The same for requests that others make. */
export const lensNow = () => lens;

/** @typedef {{ query?: Record<string, string | number | boolean | undefined | null>, body?: unknown, text?: string, part?: Blob, headers?: Record<string, string>, post?: boolean, method?: string, signal?: AbortSignal, accept?: string }} Asking `body` goes as JSON, `text` and `part` as they are */

/**
 * @param {string} path
 * @param {Asking} [asking]
 */
async function send(path, { query, body, text, part, headers, post = body !== undefined || text !== undefined, method = post ? "POST" : "GET", signal, accept = "application/json" } = {}) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "" && value !== false);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  /** @type {Record<string, string>} */
  const type = text !== undefined ? { "Content-Type": "text/x-toml; charset=utf-8" } : body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(path + (search ? `?${search}` : ""), {
    method, headers: { Accept: accept, ...type, ...headers, ...identity() }, body: part ?? text ?? (body === undefined ? undefined : JSON.stringify(body)), signal,
  });
  if ([502, 503, 504].includes(answer.status)) throw new Gone(`HTTP ${answer.status}`);
  heard.back();
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401 && !["bad_login", "second_factor_needed"].includes(said.code)) heard.refused();
  throw new Problem(answer.status, said);
}

/**
 * Shows that something is loading, and tells a lost server, while `work` runs.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function told(work) {
  if (!busy++) heard.busy(true);
  try {
    return await work();
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

/**
 * @template T
 * @param {string} path
 * @param {Asking} [asking]
 * @returns {Promise<T>}
 */
const ask = (path, asking) => told(async () => {
  const text = await (await send(path, asking)).text(); // an answer cut off by an overtaking question throws here
  return text ? JSON.parse(text) : {};
});

/** @param {string} path @param {Asking} [asking] @returns {Promise<Blob>} */
const paper = (path, asking) => told(async () => (await send(path, { ...asking, accept: "application/pdf" })).blob());

/**
 * The lines of an answer as they come, each a JSON value.
 * @param {string} path
 * @param {Asking} asking
 * @returns {AsyncGenerator<any, void, void>}
 */
async function* lines(path, asking) {
  const answer = await told(() => send(path, { ...asking, accept: "application/x-ndjson" }));
  const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const whole = rest.split("\n");
    rest = done ? "" : whole.pop() ?? "";
    for (const line of whole) if (line.trim()) yield JSON.parse(line);
    if (done) return;
  }
}

/** @typedef {{ revision: number, tiles?: [number, number][] | null, base?: boolean }} Change `tiles` of zoom 16 (x, y), null for everywhere; none at the opening */

/**
 * What changes, as it happens: first where the server stands, then each commit. Ends or throws when the connection does. A lost listener
 * is no lost server: the next question tells.
 * @param {number} heard the revision up to which all is known, 0 for none
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Change, void, void>}
 */
export async function* changes(heard, signal) {
  /** @type {Record<string, string>} */
  const since = heard ? { "Last-Event-ID": String(heard) } : {};
  const answer = await fetch(`/api/changes${lens ? `?as=${lens}` : ""}`, { headers: { Accept: "text/event-stream", ...since, ...identity() }, signal });
  if (!answer.ok || !answer.body) throw new Gone(`HTTP ${answer.status}`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
      if (data) yield JSON.parse(data);
    }
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
/** @param {string} name @param {string} password @param {string | null} totp @returns {Promise<Me>} */
export const signIn = (name, password, totp) => { token = ""; return ask("/api/session", { body: { name, password, totp } }); };
/** @returns {Promise<unknown>} */
export const signOut = () => ask("/api/session", { method: "DELETE" });
/** @param {string} code @param {string} name @param {string} password @returns {Promise<unknown>} */
export const firstStart = (code, name, password) => ask("/api/setup", { body: { code, name, password } });
/** @param {string} current @param {string} now @returns {Promise<Me>} */
export const changePassword = (current, now) => ask("/api/account/password", { body: { current, new: now } });
/** @param {string} password @param {string | null} totp of the one in use @returns {Promise<{ secret: string, uri: string, qr: string }>} */
export const beginSecondFactor = (password, totp) => ask("/api/account/totp", { body: { password, totp } });
/** @param {string} code @returns {Promise<Me>} */
export const confirmSecondFactor = (code) => ask("/api/account/totp/confirm", { body: { code } });
/** @returns {Promise<Accounts>} */
export const accounts = () => ask("/api/accounts");
/** @typedef {{ serial: number, at: string, who: string, role: string, action: string, subject: string, detail: any, place: string, revision: number }} AuditRow */
/** @param {{ before?: number, who: string, action: string, subject: string }} query @param {AbortSignal} [signal] @returns {Promise<{ rows: AuditRow[], more: boolean }>} */
export const audit = (query, signal) => ask("/api/audit", { query, signal });
/** @returns {Promise<{ rows: number, before_key: number, whole: boolean, broken: string }>} */
export const auditVerdict = () => ask("/api/audit/verdict");
/** @param {{ name: string, password: string, role: string, areas: string[] | null }} account @returns {Promise<Account>} */
export const addAccount = (account) => ask("/api/accounts", { body: account });
/** @param {string} id @param {{ role?: string, areas?: string[] | null, disabled?: boolean, password?: string, reset_second_factor?: boolean }} change @returns {Promise<Account>} */
export const changeAccount = (id, change) => ask(`/api/accounts/${encodeURIComponent(id)}`, { method: "PATCH", body: change });
/** @param {SignInPolicy} policy @returns {Promise<unknown>} */
export const setSignInPolicy = (policy) => ask("/api/accounts/policy", { method: "PUT", body: policy });
/** @param {Area} area @param {string} date @param {{ tier?: string, signal?: AbortSignal }} [more] @returns {Promise<Summary>} */
export const summary = (area, date, { tier, signal } = {}) => ask("/api/areas/summary", { query: { date, tier, as: lens }, body: area, signal });
/** @param {Area} area @param {string} date @param {{ tier?: string, after?: string | null, limit?: number, signal?: AbortSignal }} [more] @returns {Promise<HousePage>} */
export const housesIn = (area, date, { tier, after, limit = 100, signal } = {}) => ask("/api/areas/houses", { query: { date, tier, after, limit, as: lens }, body: area, signal });
/** @param {Area | null} area null: the whole site @param {string} from @param {string} to @param {AbortSignal} [signal] @returns {Promise<Trend>} */
export const trend = (area, from, to, signal) => ask("/api/areas/trend", { query: { from, to, as: lens }, body: area ?? undefined, post: true, signal });
/** @param {[number, number, number, number]} bbox @param {string} date @param {number} side of a cell in metres @param {AbortSignal} signal @returns {Promise<GridCells>} */
export const populationGrid = (bbox, date, side, signal) => ask("/api/population/grid", { query: { bbox: bbox.join(","), date, cell_m: side }, signal });
/** @param {string} date @returns {Promise<{ day: string, services: ServicePoint[] }>} */
export const services = (date) => ask("/api/services", { query: { date } });
/** @param {string} q @param {string} date @param {AbortSignal} [signal] @returns {Promise<{ houses: Found[] }>} */
export const search = (q, date, signal) => ask("/api/houses/search", { query: { q, date, limit: 10, as: lens }, signal });
/** @param {string} code @param {string} date @param {AbortSignal} [signal] @returns {Promise<House>} */
export const houseOf = (code, date, signal) => ask(house(code), { query: { date, as: lens }, signal });
/** @param {string} code @param {string} date @param {AbortSignal} [signal] @returns {Promise<Receipt>} */
export const receipt = (code, date, signal) => ask(`${house(code)}/tier`, { query: { date, as: lens }, signal });
/** @param {string} code @param {AbortSignal} [signal] @returns {Promise<{ events: HouseEvent[] }>} */
export const events = (code, signal) => ask(`${house(code)}/events`, { signal });
/** @param {string} code @param {Record<string, string | number | string[]>} event @returns {Promise<{ id: string, tier: Tier, score: number | null, day: string, revision: number }>} */
export const record = (code, event) => ask(`${house(code)}/events`, { body: event });
/** @param {string} id @param {string} reason @returns {Promise<unknown>} */
export const voidEvent = (id, reason) => ask(`/api/events/${encodeURIComponent(id)}/void`, { body: { reason } });
/** @param {Area} area @param {string} date @returns {Promise<{ codes: string[] }>} */
export const codesIn = (area, date) => ask("/api/areas/summary", { query: { date, ids: true }, body: area });
/** @param {string} code @param {string} date @param {AbortSignal} [signal] @returns {Promise<Publication>} */
export const publication = (code, date, signal) => ask(`${house(code)}/publication`, { query: { date }, signal });
/** @param {string} code @param {string} date @param {AbortSignal} [signal] @returns {Promise<{ ways: Way[] }>} */
export const ways = (code, date, signal) => ask(`${house(code)}/ways`, { query: { date }, signal });
/** @param {string} code @param {Tier} tier @param {string} reason @returns {Promise<{ id: string, effective: string, notice: Pick<Notice, "id" | "number" | "kind" | "deadline"> | null }>} no notice follows from a tier that needs none */
export const confirm = (code, tier, reason) => ask(`${house(code)}/confirmations`, { body: { tier, reason } });
/** @param {string} code @param {string} kind @param {string} size "a4" or "a5" @returns {Promise<Pick<Notice, "id" | "number" | "kind" | "deadline">>} */
export const makeNotice = (code, kind, size) => ask(`${house(code)}/notices`, { body: { kind, paper: size } });
/** @param {string} id @returns {Promise<Blob>} */
export const noticePdf = (id) => paper(`/api/notices/${encodeURIComponent(id)}.pdf`);
/** @param {string} id @param {string} date @param {string} how @returns {Promise<unknown>} */
export const served = (id, date, how) => ask(`/api/notices/${encodeURIComponent(id)}/served`, { body: { date, how } });
/** One door sign for each rated house of the area. @param {Area} area @param {string} tier @returns {Promise<Blob>} */
export const doorSigns = (area, tier) => paper("/api/areas/notices", { query: { kind: "certificate", paper: "a5", tier }, body: area });
/** @param {string} code @param {{ event_id?: string, confirmation_id?: string, statement: string }} asked @returns {Promise<{ id: string, due: string }>} */
export const askReview = (code, asked) => ask(`${house(code)}/reviews`, { body: asked });
/** @param {string} id @param {boolean} upheld @param {string} reason @returns {Promise<{ code: string, tier: Tier }>} */
export const decideReview = (id, upheld, reason) => ask(`/api/reviews/${encodeURIComponent(id)}/decide`, { body: { upheld, reason } });
/** @param {string} area code of a division, or "" @param {AbortSignal} [signal] @returns {Promise<Work>} */
export const work = (area, signal) => ask("/api/work", { query: { area, limit: 200 }, signal });
/** @param {string} code @param {string} date @param {AbortSignal} [signal] @returns {Promise<{ residents: Resident[] | null }>} */
export const residents = (code, date, signal) => ask(`${house(code)}/residents`, { query: { date }, signal });
/** @param {string} code @param {{ name: string, id_number: string, phone: string, registration: string, role: string, from: string }} who @returns {Promise<Resident & { overlaps: boolean }>} */
export const join = (code, who) => ask(`${house(code)}/residents`, { body: who });
/** @param {string} id of the residency @param {string} to @returns {Promise<Resident>} */
export const leave = (id, to) => ask(`/api/residencies/${encodeURIComponent(id)}/end`, { body: { to } });
/** @param {string} id of the person @param {{ purpose: string, case_number: string, text: string }} why @returns {Promise<Person>} */
export const reveal = (id, why) => ask(`/api/persons/${encodeURIComponent(id)}/reveal`, { body: why });
/** @param {string} id of the person @param {{ name: string, phone: string, reason: string }} right what is left empty stays @returns {Promise<void>} */
export const correctPerson = (id, right) => ask(`/api/persons/${encodeURIComponent(id)}/correct`, { body: right });
/** @param {string} id of the person @param {{ purpose: string, case_number: string, text: string }} why @returns {Promise<PersonFile>} */
export const personFile = (id, why) => ask(`/api/persons/${encodeURIComponent(id)}/file`, { body: why });
/** @param {string} number whole, in the body only @param {{ purpose: string, case_number: string, text: string }} why @returns {Promise<{ residencies: Resident[] }>} */
export const findPerson = (number, why) => ask("/api/persons/find", { body: { id_number: number, ...why } });
/** @param {string} code @param {string} date @param {AbortSignal} [signal] @returns {Promise<{ units: Unit[] | null }>} */
export const units = (code, date, signal) => ask(`${house(code)}/units`, { query: { date }, signal });
/** @param {string} code @param {{ name: string, kind: string, credit_code: string, staff: number | null }} unit @returns {Promise<Unit>} */
export const recordUnit = (code, unit) => ask(`${house(code)}/units`, { body: unit });
/** @returns {Promise<{ editions: Edition[] }>} */
export const policies = () => ask("/api/policies");
/** @param {string} name @param {number} version @returns {Promise<string>} */
export const policyText = (name, version) => told(async () => (await send(`/api/policies/${encodeURIComponent(name)}/${version}`, { accept: "text/x-toml" })).text());
/** @param {string} text @returns {Promise<{ name: string, title: Text, hash: string }>} */
export const checkPolicy = (text) => ask("/api/policies/check", { text });
/** @param {string} text @param {string} date @param {AbortSignal} signal @returns {AsyncGenerator<{ progress?: number, result?: Difference }, void, void>} */
export const simulate = (text, date, signal) => lines("/api/policies/simulate", { query: { date }, text, signal });
/** @param {string} text @param {string} from @returns {Promise<Edition>} */
export const activate = (text, from) => ask("/api/policies", { query: { valid_from: from }, text });

const photoPath = (/** @type {string} */ id) => `/api/photos/${encodeURIComponent(id)}`;

/** @param {string} code @param {AbortSignal} [signal] @returns {Promise<{ photos: Photo[] }>} newest first */
export const photosOf = (code, signal) => ask(`${house(code)}/photos`, { signal });
/** @param {string} id @param {AbortSignal} [signal] @returns {Promise<PhotoCard>} */
export const photo = (id, signal) => ask(photoPath(id), { signal });
/** @param {string} id @param {"small" | "large" | "full"} size @param {AbortSignal} [signal] @returns {Promise<Blob>} */
export const photoPicture = async (id, size, signal) => (await send(`${photoPath(id)}/${size}`, { accept: "image/jpeg", signal })).blob();
/** @param {"unplaced" | "suggested" | ""} link @param {string | null} after @param {AbortSignal} [signal] @returns {Promise<{ photos: PhotoCard[], next: string | null }>} oldest first */
export const photosToPlace = (link, after, signal) => ask("/api/photos", { query: { link, after, limit: 50 }, signal });
/** @param {string} id @param {string} code @returns {Promise<PhotoCard>} */
export const linkPhoto = (id, code) => ask(`${photoPath(id)}/link`, { body: { house_code: code } });
/** @param {string} id @returns {Promise<PhotoCard>} */
export const unlinkPhoto = (id) => ask(`${photoPath(id)}/unlink`, { post: true });
/** @param {string} id @param {string} reason @returns {Promise<unknown>} */
export const deletePhoto = (id, reason) => ask(`${photoPath(id)}/delete`, { body: { reason } });
/** @param {{ lon: number, lat: number, heading?: number | null, accuracy?: number | null }} camera @param {AbortSignal} [signal] @returns {Promise<Suggestion>} */
export const photoSuggestion = (camera, signal) => ask("/api/photos/suggestions", { query: camera, signal });
/** @param {number | null} days @param {AbortSignal} [signal] @returns {Promise<Coverage>} */
export const photoCoverage = (days, signal) => ask("/api/photos/coverage", { query: { older_than: days }, signal });
/** @param {{ older_than: number | null, area: string, after?: string | null }} of @param {AbortSignal} [signal] @returns {Promise<{ houses: BareHouse[], next: string | null }>} */
export const bareHouses = (of, signal) => ask("/api/photos/coverage/houses", { query: { ...of, limit: 100 }, signal });
/** @param {{ older_than: number | null, area: string }} of @param {AbortSignal} [signal] @returns {Promise<{ ids: number[] }>} as the map's tiles number them */
export const bareHouseIds = (of, signal) => ask("/api/photos/coverage/houses", { query: { ...of, ids: true }, signal });

// Photos on their way (tus 1.0.0). These do not go through `told`: a bad line is the queue's own matter and no reason for a banner.

/** @param {string[]} hashes at most 500 @returns {Promise<{ photos: { hash: string, id: string | null, verified: boolean }[]}>} */
export const verifiedPhotos = async (hashes) => (await send("/api/photos/verified", { body: { hashes } })).json();
/** @param {number} length of the file @param {Record<string, string>} about @returns {Promise<Standing>} */
export const beginUpload = (length, about) => step("/api/photos/uploads", "POST", {
  "Upload-Length": String(length), "Upload-Metadata": Object.entries(about).map(([key, value]) => `${key} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`).join(","),
});
/** @param {string} place @returns {Promise<Standing>} */
export const uploadStands = (place) => step(place, "HEAD", {});
/** @param {string} place @param {number} offset @param {Blob} part @param {AbortSignal} [signal] @returns {Promise<Standing>} */
export const sendPart = (place, offset, part, signal) => step(place, "PATCH", { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" }, part, signal);

/** @param {string} place @param {string} method @param {Record<string, string>} headers @param {Blob} [body] @param {AbortSignal} [signal] @returns {Promise<Standing>} */
async function step(place, method, headers, body, signal) {
  const { headers: said } = await send(place, { method, headers: { "Tus-Resumable": "1.0.0", ...headers }, part: body, signal });
  return { location: said.get("Location"), offset: Number(said.get("Upload-Offset") ?? 0), photo: said.get("Photo-Id") };
}
/** @param {{ date: string, area?: string, duty?: string, house?: string, until_days?: number, limit?: number, after?: string }} query @param {AbortSignal} [signal] @returns {Promise<DueList>} */
export const due = (query, signal) => ask("/api/inspections/due", { query, signal });
/** @param {string} date @param {AbortSignal} [signal] @returns {Promise<DueLoad>} */
export const dueLoad = (date, signal) => ask("/api/inspections/load", { query: { date }, signal });
/** @param {{ date: string, area?: string, duty?: string, hours_per_day: number, minutes_per_visit: number, days: number, limit: number }} query @param {AbortSignal} [signal] @returns {Promise<Slips>} */
export const slips = (query, signal) => ask("/api/inspections/slips", { query, signal });
/** @param {string} code @param {AbortSignal} [signal] @returns {Promise<{ visits: Visit[] }>} */
export const visits = (code, signal) => ask(`${house(code)}/visits`, { signal });
/** @param {string} code @param {VisitDraft} visit @returns {Promise<Visit>} */
export const recordVisit = (code, visit) => ask(`${house(code)}/visits`, { body: visit });
/** `stop`: how its stop stands since, where it was one of a round of today or later. @param {string} id @param {string} reason @returns {Promise<Visit & { stop?: "planned" | "dropped" | Outcome }>} */
export const voidVisit = (id, reason) => ask(`/api/visits/${encodeURIComponent(id)}/void`, { body: { reason } });
/** @param {string} from @param {string} to @param {AbortSignal} [signal] @returns {Promise<{ rounds: RoundSummary[] }>} */
export const rounds = (from, to, signal) => ask("/api/rounds", { query: { from, to }, signal });
const ofRound = (/** @type {string} */ id) => `/api/rounds/${encodeURIComponent(id)}`;
/** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Round>} */
export const round = (id, signal) => ask(ofRound(id), { signal });
/** @param {RoundDraft} draft @param {AbortSignal} signal @returns {AsyncGenerator<PlanLine, void, void>} */
export const planRound = (draft, signal) => lines("/api/rounds", { body: draft, signal });
/** @param {string} id @param {{ revision: number, add?: string[], drop?: string[] }} change @param {AbortSignal} signal @returns {AsyncGenerator<PlanLine, void, void>} */
export const replanRound = (id, change, signal) => lines(`${ofRound(id)}/replan`, { body: change, signal });
/** @param {string} id @param {number} revision @param {string[][]} teams @returns {Promise<Planned>} */
export const orderRound = (id, revision, teams) => ask(`${ofRound(id)}/order`, { method: "PUT", body: { revision, teams } });
/** @param {string} id @param {string} code @param {number} revision @param {"lock" | "unlock" | "drop"} act @returns {Promise<Planned>} */
export const changeStop = (id, code, revision, act) => ask(`${ofRound(id)}/stops/${encodeURIComponent(code)}`, { body: { revision, act } });
/** @param {string} id @param {AbortSignal} [signal] @returns {Promise<import("./map/map.js").RoundDrawing>} */
export const roundDrawing = (id, signal) => ask(`${ofRound(id)}/round.geojson`, { accept: "application/geo+json", signal });
/** @param {string} id @param {"round.gpx" | "round.kml" | "round.geojson" | "sheet.pdf"} file @param {string} team number from 0, "" for all @param {string} [paper] @returns {Promise<Blob>} */
export const roundFile = (id, file, team, paper) => told(async () => (await send(`${ofRound(id)}/${file}`, { query: { team, paper }, accept: "*/*" })).blob());
/** @typedef {{ from: string, to: string, area: string }} FiguresAsked */
/** @param {FiguresAsked} asked @param {Area | null} area @param {AbortSignal} signal @returns {Promise<Statistics>} */
export const statistics = ({ from, to, area: code }, area, signal) => ask("/api/statistics", { query: { from, to, area: code, as: lens }, body: area ?? undefined, post: true, signal });
/** @param {FiguresAsked} asked @param {Area | null} area @param {string} lang @returns {Promise<Blob>} */
export const statisticsWorkbook = ({ from, to, area: code }, area, lang) => told(async () => (await send("/api/statistics", { query: { from, to, area: code, as: lens, f: "xlsx", lang }, body: area ?? undefined, post: true })).blob());
/** @param {FiguresAsked} asked @param {Area | null} area @param {AbortSignal} signal @returns {Promise<Fairness>} */
export const fairness = ({ from, to, area: code }, area, signal) => ask("/api/fairness", { query: { from, to, area: code }, body: area ?? undefined, post: true, signal });
const studyPath = (/** @type {string} */ id) => `/api/studies/${encodeURIComponent(id)}`;
const questionPath = (/** @type {string} */ id, /** @type {number} */ number) => `${studyPath(id)}/questions/${number}`;
/** @param {AbortSignal} signal @returns {Promise<{ studies: Study[] }>} */
export const studies = (signal) => ask("/api/studies", { signal });
/** @param {{ name: string, area?: string, alpha: number }} draft @returns {Promise<Study>} */
export const openStudy = (draft) => ask("/api/studies", { body: draft });
/** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Ledger>} */
export const studyOf = (id, signal) => ask(studyPath(id), { signal });
/** Counts, no test and no question of the study. @param {string} id @param {{ date: string, as?: View, area: Drawn, other?: Drawn }} drawn @returns {Promise<Preview>} */
export const previewIn = (id, drawn) => ask(`${studyPath(id)}/preview`, { body: drawn });
/** Aborting cancels the question: it was not asked then. @param {string} id @param {Question} question @param {AbortSignal} signal @returns {AsyncGenerator<{ progress?: number, card?: ResultCard }, void, void>} */
export async function* askInStudy(id, question, signal) {
  for await (const line of lines(`${studyPath(id)}/questions`, { body: question, signal })) {
    if (line.problem) throw new Problem(line.problem.status, line.problem);
    yield line;
  }
}
/** The bytes of a card. @param {string} id @param {number} number @param {AbortSignal} [signal] @returns {Promise<string>} */
export const cardText = (id, number, signal) => told(async () => (await send(questionPath(id, number), { signal })).text());
/** The same worked out anew. @param {string} id @param {number} number @returns {Promise<string>} */
export const cardAgain = (id, number) => told(async () => (await send(`${questionPath(id, number)}/again`, { post: true })).text());
/** @param {string} id @param {number} number @param {AbortSignal} [signal] @returns {Promise<Places>} */
export const cardPlaces = (id, number, signal) => ask(questionPath(id, number), { query: { f: "geojson" }, signal });
/** @param {string} id @param {number} number @param {"geojson" | "csv" | "pdf"} form @returns {Promise<Blob>} */
export const cardFile = (id, number, form) => told(async () => (await send(questionPath(id, number), { query: { f: form }, accept: "*/*" })).blob());
/** @returns {Promise<{ streets: Streets | null }>} */
export const streets = () => ask("/api/streets");
/** Aborting changes nothing, unless it comes too late: `streets` tells. @param {File} file @param {AbortSignal} signal @returns {AsyncGenerator<{ progress?: number, result?: Streets }, void, void>} */
export async function* importStreets(file, signal) {
  for await (const line of lines("/api/streets", { query: { name: file.name }, part: file, post: true, signal })) {
    if (line.problem) throw new Problem(line.problem.status, line.problem);
    yield line;
  }
}
