// Sends the visits that wait, one at a time, with growing pauses while the line is cut. A visit is done when the server gives it back under
// its id; two tabs at once do no harm, for the same id is the same visit.
import * as api from "./api.js";
import { moveOn } from "./form.js";
import { changeWaiting, mine, onOutbox, readOutbox, stillWaits, tell } from "./outbox.js";
import { may, watch } from "./state.js";
import { steady } from "./steady.js";

const courier = steady({
  may: () => may("record_visit"),
  items: () => mine().filter((one) => one.state === "waiting"),
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
