// Photos on their way to the server: kept in this browser until the server says that they are stored and verified, so they survive a
// closed tab and a cut line. Each belongs to the account that brought it; of other accounts only the number is told.
import { state } from "./state.js";

/**
 * @typedef {object} Waiting a photo on its way
 * @property {string} id made here
 * @property {string} account
 * @property {number} added ms since 1970
 * @property {string | null} house that it shows, as the officer said
 * @property {{ lon: number, lat: number, accuracy: number | null } | null} place of the camera, where this device knew it
 * @property {string | null} taken local time, for a picture taken just now
 * @property {string} name of the file
 * @property {number} bytes
 * @property {string | null} hash
 * @property {string | null} upload where its parts go
 * @property {number} offset bytes that the server has
 * @property {"waiting" | "refused" | "stored"} state
 * @property {import("./api.js").Text | null} trouble why it was refused
 * @property {string | null} photo the photo it became
 * @property {import("./api.js").PhotoLink | null} link how that came to its house
 * @property {number} alike photos that are nearly the same
 */

/** What is stored stays listed for so long. */
const LISTED_MS = 12 * 3_600_000;

/** @type {Map<string, Waiting>} */
let kept = new Map();
/** @type {(() => void)[]} */
const heard = [];

/** Calls `act` after anything in the queue changed. @param {() => void} act */
export const onQueue = (act) => { heard.push(act); };

const tell = () => { for (const act of heard) act(); };

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** The files lie apart from what is known of them: that changes with every part sent. */
const database = () => (opened ??= new Promise((done, fail) => {
  const asking = indexedDB.open("sanshi.photos", 1);
  asking.onupgradeneeded = () => {
    asking.result.createObjectStore("waiting", { keyPath: "id" });
    asking.result.createObjectStore("files");
  };
  asking.onsuccess = () => done(asking.result);
  asking.onerror = () => { opened = null; fail(asking.error); };
}));

/**
 * One transaction; resolves when it is on disk, not before.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(waiting: IDBObjectStore, files: IDBObjectStore) => IDBRequest<T> | void} act
 * @returns {Promise<T | undefined>}
 */
async function stored(mode, act) {
  const turn = (await database()).transaction(["waiting", "files"], mode);
  const asking = act(turn.objectStore("waiting"), turn.objectStore("files"));
  return new Promise((done, fail) => {
    turn.oncomplete = () => done(asking?.result);
    turn.onabort = turn.onerror = () => fail(turn.error);
  });
}

/** Reads what is kept; other tabs may have changed it. */
export async function readQueue() {
  /** @type {Waiting[]} */
  const all = (await stored("readonly", (waiting) => waiting.getAll())) ?? [];
  const old = all.filter((one) => one.state === "stored" && Date.now() - one.added > LISTED_MS);
  if (old.length) await stored("readwrite", (waiting) => { for (const { id } of old) waiting.delete(id); });
  kept = new Map(all.filter((one) => !old.includes(one)).map((one) => [one.id, one]));
  tell();
}

/** Those of whoever is signed in, in the order in which they came. */
export const mine = () => [...kept.values()].filter((one) => one.account === state.me.name && state.me.role !== "public").sort((a, b) => a.added - b.added || (a.id < b.id ? -1 : 1));

/** How many of other accounts still wait on this device. */
export const ofOthers = () => [...kept.values()].filter((one) => one.state !== "stored" && !mine().includes(one)).length;

/**
 * Takes files into the queue. Throws when this browser cannot keep them: then nothing was taken.
 * @param {File[]} files
 * @param {Pick<Waiting, "house" | "place" | "taken">} about
 */
export async function enqueue(files, about) {
  const added = Date.now();
  const fresh = files.map((file, i) => /** @type {Waiting} */ ({
    id: newId(), account: state.me.name, added: added + i, ...about, name: file.name, bytes: file.size, hash: null, upload: null, offset: 0, state: "waiting", trouble: null, photo: null, link: null, alike: 0,
  }));
  await stored("readwrite", (waiting, kept) => fresh.forEach((one, i) => { waiting.put(one); kept.put(files[i], one.id); }));
  navigator.storage?.persist?.().catch(() => {}); // so that a full disk takes something else first
  for (const one of fresh) kept.set(one.id, one);
  tell();
}

/** The file of one that is not stored yet. @param {string} id @returns {Promise<Blob | undefined>} */
export const fileOf = (id) => stored("readonly", (_, files) => files.get(id));

/** What is stored loses its file here. @param {string} id @param {Partial<Waiting>} change */
export async function changeWaiting(id, change) {
  // Another tab may have changed it, stored it or thrown it away meanwhile: what counts is what lies there now.
  await stored("readwrite", (waiting, files) => {
    const asked = waiting.get(id);
    asked.onsuccess = () => {
      /** @type {Waiting | undefined} */
      const there = asked.result;
      if (!there) return void kept.delete(id);
      // Of what is stored only the photo that it became is told anew.
      if (there.state !== "stored" || change.photo || change.link) Object.assign(there, change);
      waiting.put(there);
      if (there.state === "stored") files.delete(id);
      kept.set(id, Object.assign(kept.get(id) ?? there, there));
    };
  });
  tell();
}

/** A photo was given another house. @param {import("./api.js").Photo} photo */
export async function photoChanged({ id, link, house_code: house }) {
  for (const one of mine()) if (one.photo === id) await changeWaiting(one.id, { link, house });
}

/** Forgets one, by hand only, or after it was stored. @param {string} id */
export async function forget(id) {
  kept.delete(id);
  await stored("readwrite", (waiting, files) => { waiting.delete(id); files.delete(id); });
  tell();
}

/** Random, of 128 bits; the browser's own needs https. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
