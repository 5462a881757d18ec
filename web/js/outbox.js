// Visits on their way to the server, and the rounds that are walked: kept in this browser until the server has them, so they survive a
// closed tab and a cut line. Each visit has an id made here: sent twice it is one visit. What waits belongs to the account that made it.
// Nothing of who lives in a house is kept here.
import * as api from "./api.js";
import { state } from "./state.js";

/**
 * @typedef {object} Waiting a visit on its way
 * @property {string} id a ULID made here
 * @property {string} account
 * @property {string} code of the house
 * @property {string} address
 * @property {number} added ms since 1970
 * @property {number} from not sent before, ms since 1970: so long it can be taken back
 * @property {api.VisitDraft} visit
 * @property {"waiting" | "refused" | "stored"} state
 * @property {import("./api.js").Text | null} trouble why it was refused
 */
/** @typedef {{ id: string, account: string, at: number, team: number, second: string, round: api.Round }} Kept a round as it was last seen, and by whom it is walked */

/** So long a tap can be taken back. */
export const UNDO_MS = 10_000;
/** What is stored stays listed for so long, and a round is kept for so long. */
const LISTED_MS = 12 * 3_600_000;
const KEPT_MS = 7 * 24 * 3_600_000;

/** @type {Map<string, Waiting>} */
let waiting = new Map();
/** @type {Map<string, Kept>} */
let kept = new Map();
/** @type {(() => void)[]} */
const heard = [];

/** Calls `act` after anything changed here. @param {() => void} act */
export const onOutbox = (act) => { heard.push(act); };

/** Tells all who follow what waits. */
export const tell = () => { for (const act of heard) act(); };

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

const database = () => (opened ??= new Promise((done, fail) => {
  const asking = indexedDB.open("sanshi.visits", 1);
  asking.onupgradeneeded = () => {
    asking.result.createObjectStore("visits", { keyPath: "id" });
    asking.result.createObjectStore("rounds", { keyPath: "id" });
  };
  asking.onsuccess = () => done(asking.result);
  asking.onerror = () => { opened = null; fail(asking.error); };
}));

/**
 * Resolves when it is on disk, not before.
 * @param {"visits" | "rounds"} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} act
 * @returns {Promise<any>}
 */
async function stored(name, mode, act) {
  const turn = (await database()).transaction(name, mode);
  const asking = act(turn.objectStore(name));
  return new Promise((done, fail) => {
    turn.oncomplete = () => done(asking.result);
    turn.onabort = turn.onerror = () => fail(turn.error ?? asking.error);
  });
}

/** Reads what is kept; other tabs may have changed it. */
export async function readOutbox() {
  /** @type {[Waiting[], Kept[]]} */
  const [visits, rounds] = await Promise.all([stored("visits", "readonly", (store) => store.getAll()), stored("rounds", "readonly", (store) => store.getAll())]);
  const now = Date.now();
  const old = visits.filter((one) => one.state === "stored" && now - one.added > LISTED_MS);
  const gone = rounds.filter((one) => now - one.at > KEPT_MS && !visits.some(({ visit, state: stands }) => visit.round === one.id && stands !== "stored"));
  for (const { id } of old) await stored("visits", "readwrite", (store) => store.delete(id));
  for (const { id } of gone) await stored("rounds", "readwrite", (store) => store.delete(id));
  waiting = new Map(visits.filter((one) => !old.includes(one)).map((one) => [one.id, one]));
  kept = new Map(rounds.filter((one) => !gone.includes(one)).map((one) => [one.id, one]));
  tell();
}

const isMine = (/** @type {{ account: string }} */ one) => one.account === state.me.name && state.me.role !== "public";

/** Those of whoever is signed in, in the order in which they came. */
export const mine = () => [...waiting.values()].filter(isMine).sort((a, b) => a.added - b.added || (a.id < b.id ? -1 : 1));

/** How many of other accounts still wait on this device. */
export const ofOthers = () => [...waiting.values()].filter((one) => one.state !== "stored" && !isMine(one)).length;

/** The rounds kept for whoever is signed in, the latest first. */
export const keptRounds = () => [...kept.values()].filter(isMine).sort((a, b) => (a.round.day < b.round.day ? 1 : -1));

/** @param {string} id */
export const keptRound = (id) => keptRounds().find((one) => one.id === id) ?? null;

/** Keeps a round for when the line is cut. @param {api.Round} round @param {Partial<Pick<Kept, "team" | "second">>} [change] */
export async function keepRound(round, change = {}) {
  const was = keptRound(round.id);
  const one = { id: round.id, account: state.me.name, at: Date.now(), team: was?.team ?? 0, second: was?.second ?? "", ...change, round };
  kept.set(one.id, one);
  await stored("rounds", "readwrite", (store) => store.put(one));
  tell();
}

/**
 * Takes a visit in. Throws when this browser cannot keep it: then nothing was taken.
 * @param {{ code: string, address: string }} house
 * @param {Omit<api.VisitDraft, "id">} visit
 * @returns {Promise<Waiting>}
 */
export async function enqueue({ code, address }, visit) {
  const added = Date.now();
  const id = newUlid(added);
  const one = /** @type {Waiting} */ ({ id, account: state.me.name, code, address, added, from: added + UNDO_MS, visit: { id, ...visit }, state: "waiting", trouble: null });
  await stored("visits", "readwrite", (store) => store.put(one));
  waiting.set(id, one);
  tell();
  return one;
}

/** @param {string} id @param {Partial<Waiting>} change */
export async function changeWaiting(id, change) {
  // Another tab may have taken it back meanwhile: what counts is what lies there now.
  await stored("visits", "readwrite", (store) => {
    const asked = store.get(id);
    asked.onsuccess = () => {
      if (!asked.result) return void waiting.delete(id);
      const there = Object.assign(asked.result, change);
      store.put(there);
      waiting.set(id, Object.assign(waiting.get(id) ?? there, there));
    };
    return asked;
  });
  tell();
}

/** Whether it waits here still; another tab may have taken it back. @param {string} id @returns {Promise<boolean>} */
export const stillWaits = async (id) => (await stored("visits", "readonly", (store) => store.get(id)))?.state === "waiting";

/** Forgets one, by hand only, or after it was stored. @param {string} id */
export async function forget(id) {
  waiting.delete(id);
  await stored("visits", "readwrite", (store) => store.delete(id));
  tell();
}

/** The visits of a round of which the server said that it has them, as they lie on disk: a page just opened has not read them yet. @param {string} round */
export async function storedOf(round) {
  /** @type {Waiting[]} */
  const visits = await stored("visits", "readonly", (store) => store.getAll());
  return visits.filter((one) => isMine(one) && one.state === "stored" && one.visit.round === round);
}

/**
 * Forgets visits whose stop is to be visited again, since they were voided elsewhere.
 * @param {Waiting[]} visits stored before the round was asked for; its answer need not know those stored since
 * @param {api.Round} round as the server has it
 */
export async function forgetReopened(visits, round) {
  const open = new Set(round.teams.flatMap((team) => team.stops).filter((stop) => stop.state === "planned").map((stop) => stop.code));
  for (const { id, code } of visits) if (open.has(code)) await forget(id);
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** An id that sorts by time: 48 bits of it and 80 random ones. @param {number} ms since 1970 */
export function newUlid(ms) {
  let time = "";
  for (let rest = ms, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = CROCKFORD[rest % 32] + time;
  return time + Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => CROCKFORD[byte % 32]).join("");
}
