// Sends the visits that wait, one at a time, with growing pauses while the line is cut. A visit is done when the server gives it back under
// its id; two tabs at once do no harm, for the same id is the same visit.
import * as api from "./api.js";
import { moveOn } from "./form.js";
import { changeWaiting, mine, onOutbox, readOutbox, stillWaits, tell } from "./outbox.js";
import { may, watch } from "./state.js";

const LONGEST_WAIT_S = 60;

let running = false;
let wait = 0;
let timer = 0;
/** When the next try after a failed one is due, ms since 1970; 0 while none is planned. */
let next = 0;

/** Seconds until the next try after a failed one; 0 when nothing failed. */
export const secondsToWait = () => (next ? Math.max(1, Math.round((next - Date.now()) / 1000)) : 0);

export function startCourier() {
  readOutbox().then(send, () => {}); // a browser that keeps nothing says so at the first tap
  watch(["me"], () => { readOutbox().then(send, () => {}); });
  addEventListener("online", sendNow);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendNow(); });
  onOutbox(() => { if (!next) plan(); });
}

/** Tries at once. */
export function sendNow() {
  wait = 0;
  send();
}

/** Comes back when the next visit can no longer be taken back. */
function plan() {
  if (running) return;
  clearTimeout(timer);
  const first = Math.min(...mine().filter((one) => one.state === "waiting").map((one) => one.from));
  if (Number.isFinite(first)) timer = window.setTimeout(send, Math.max(0, first - Date.now()));
}

async function send() {
  if (running || !may("record_visit")) return;
  clearTimeout(timer);
  const failed = next;
  next = 0;
  running = true;
  let sent = 0;
  try {
    for (;;) {
      const one = mine().find((other) => other.state === "waiting" && other.from <= Date.now());
      if (!one) break;
      await sendOne(one);
      sent += 1;
      wait = 0;
    }
  } catch (error) {
    if (!(error instanceof api.Problem && error.status === 401)) {
      wait = Math.min(Math.max(wait * 2, 2), LONGEST_WAIT_S);
      next = Date.now() + wait * 1000;
      timer = window.setTimeout(send, wait * 1000);
    }
  } finally {
    running = false;
    if (failed || next) tell();
    if (!next) plan();
  }
  if (sent) await moveOn().catch(() => {});
}

/** @param {import("./outbox.js").Waiting} one */
async function sendOne({ id, code, visit }) {
  if (!await stillWaits(id)) return readOutbox();
  try {
    const there = await api.recordVisit(code, visit);
    if (there.id !== id || there.outcome !== visit.outcome) throw new api.Gone("another answer than to this visit");
    await changeWaiting(id, { state: "stored" });
  } catch (error) {
    if (!(error instanceof api.Problem) || error.status === 401 || error.status === 429 || error.status >= 500) throw error; // these pass
    const more = error.errors.map((fault) => fault.expected).filter(Boolean).join("; ");
    await changeWaiting(id, { state: "refused", trouble: { zh: [error.titleZh || error.message, more].filter(Boolean).join("："), en: [error.message, more].filter(Boolean).join(": ") } });
  }
}
