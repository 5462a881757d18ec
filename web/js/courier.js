// Sends the visits that wait, one at a time, with growing pauses while the line is cut. A visit is done when the server gives it back under
// its id; two tabs at once do no harm, for the same id is the same visit.
import * as api from "./api.js";
import { moveOn } from "./form.js";
import { changeWaiting, mine, onOutbox, readOutbox, stillWaits, tell } from "./outbox.js";
import { may, watch } from "./state.js";
import { steady } from "./steady.js";

const courier = steady({
  may: () => may("record_visit"),
  items: earliestOfEachHouse,
  send: sendOne,
  told: tell,
  ended: (sent) => (sent ? moveOn().catch(() => {}) : undefined),
});

export const { now: sendNow, secondsToWait, failingOften } = courier;

export function startCourier() {
  readOutbox().then(courier.run, () => {}); // a browser that keeps nothing says so at the first tap
  watch(["me"], () => { readOutbox().then(courier.run, () => {}); });
  onOutbox(courier.go);
}

/** What may go. Visits to one house go in the order in which they were made: to the server the one that comes last says how its stop stands. */
function earliestOfEachHouse() {
  /** @type {Map<string, import("./outbox.js").Waiting>} */
  const earliest = new Map();
  for (const one of mine()) if (one.state === "waiting" && !earliest.has(one.code)) earliest.set(one.code, one);
  return [...earliest.values()];
}

/** @param {import("./outbox.js").Waiting} one */
async function sendOne({ id, code, visit }) {
  if (!await stillWaits(id)) return readOutbox();
  try {
    const there = await api.recordVisit(code, visit);
    if (there.id !== id || there.outcome !== visit.outcome) throw new Error("another answer than to this visit");
    await changeWaiting(id, { state: "stored" });
  } catch (error) {
    if (!(error instanceof api.Problem) || error.status === 401 || error.status === 429 || error.status >= 500) throw error; // these may pass
    const more = error.errors.map((fault) => fault.expected).filter(Boolean).join("; ");
    await changeWaiting(id, { state: "refused", trouble: { zh: [error.titleZh || error.message, more].filter(Boolean).join("："), en: [error.message, more].filter(Boolean).join(": ") } });
  }
}
