// Sends what waits, one after another, with growing pauses while it cannot be sent. What fails steps behind the others and is tried again;
// nothing is given up here. Knows nothing of what it sends.
import * as api from "./api.js";

const LONGEST_WAIT_S = 60;
/** What failed so often steps behind what did not, and the person is told of it. */
const OFTEN = 3;

/** Seconds before the next try after so many that failed. @param {number} tries */
const pause = (tries) => Math.min(2 ** tries, LONGEST_WAIT_S);

/** Whether an error is of the line or of the whole server, so that nothing else would go either. @param {unknown} error */
function isOfTheLine(error) {
  if (error instanceof api.Problem) return [401, 429, 507].includes(error.status);
  return error instanceof api.Gone || error instanceof TypeError || (error instanceof DOMException && ["TimeoutError", "AbortError"].includes(error.name));
}

/** @typedef {{ tries: number, due: number, error: unknown }} Failing `due` in ms since 1970; `error` the last one that was its own, not of the line */

/**
 * @template {{ id: string, from?: number }} T `from`: not sent before, ms since 1970
 * @param {object} of
 * @param {() => boolean} of.may whether anything may be sent now
 * @param {() => T[]} of.items what waits, in order
 * @param {(one: T) => Promise<unknown>} of.send throws what may pass, and nothing else
 * @param {() => void} of.told after something failed, or the line came back
 * @param {(sent: number) => unknown} [of.ended] after a round of sending, with how many went
 */
export function steady({ may, items, send, told, ended = () => {} }) {
  /** @type {Map<string, Failing>} */
  const failing = new Map();
  let running = false;
  let timer = 0;
  /** Tries in a row at which the line failed, and when the next one is due, ms since 1970; 0 while none is planned. */
  let broken = 0;
  let next = 0;

  const ready = (/** @type {T} */ one) => Math.max(one.from ?? 0, failing.get(one.id)?.due ?? 0);
  const tries = (/** @type {T} */ one) => failing.get(one.id)?.tries ?? 0;
  /** On a bad line one goes on with what was begun. */
  const rank = (/** @type {T} */ one) => (tries(one) < OFTEN ? 0 : tries(one));
  const first = () => items().filter((one) => ready(one) <= Date.now()).sort((a, b) => rank(a) - rank(b))[0];

  /** @param {T} one @param {unknown} error */
  function stepBehind(one, error) {
    const isOwn = !isOfTheLine(error);
    const count = tries(one) + 1;
    failing.set(one.id, { tries: count, due: isOwn ? Date.now() + pause(count) * 1000 : 0, error: isOwn ? error : failing.get(one.id)?.error });
    told();
    if (!isOwn) throw error;
  }

  async function run() {
    if (running || !may()) return;
    running = true;
    const failed = next;
    next = 0;
    let sent = 0;
    let isSignedOut = false;
    try {
      for (let one = first(); one; one = first()) {
        const { id } = one;
        await send(one).then(() => {
          sent += 1;
          failing.delete(id);
        }, (error) => stepBehind(one, error));
        broken = 0;
      }
    } catch (error) {
      // Whoever is signed out is asked to sign in; that starts anew.
      isSignedOut = error instanceof api.Problem && error.status === 401;
      if (!isSignedOut) next = Date.now() + pause(++broken) * 1000;
    }
    running = false;
    if (failed || next) told();
    if (!isSignedOut) plan();
    await ended(sent);
  }

  /** Comes back when the line is tried again, or the first thing is ready. */
  function plan() {
    clearTimeout(timer);
    const moment = next || Math.min(...items().map(ready));
    if (Number.isFinite(moment)) timer = window.setTimeout(run, Math.max(0, moment - Date.now()));
  }

  /** Tries at once: one of those that failed, or all. @param {string} [id] */
  function now(id) {
    for (const [of, one] of failing) if (!id || of === id) one.due = 0;
    broken = 0;
    run();
  }

  addEventListener("online", () => now());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
  return {
    run,
    now,
    /** Looks again at what waits, unless the line is broken. */
    go() { if (!next) run(); },
    /** Seconds until the next try after the line broke; 0 when it did not. */
    secondsToWait: () => (next ? Math.max(1, Math.round((next - Date.now()) / 1000)) : 0),
    /** How often one failed, and why, once that is often. @param {string} id */
    failingOften(id) {
      const one = failing.get(id);
      return one?.error && one.tries >= OFTEN ? one : null;
    },
  };
}
