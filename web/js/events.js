// The observations of one house, newest first; a voided one stays visible, struck through.
import { longDay, pick, sentence, tr } from "./i18n.js";
import { may, set, state } from "./state.js";
import { thumb } from "./thumb.js";
import { el } from "./ui.js";

/** @typedef {import("./api.js").HouseEvent} HouseEvent */

/** @param {string} kind */
export const eventName = (kind) => sentence(state.policy?.kinds[kind]?.title) || kind;

/** @typedef {{ voidEvent: (event: HouseEvent) => void, review: (event: HouseEvent) => void }} Acts */

/**
 * @param {HouseEvent[]} events
 * @param {Acts} acts
 * @param {Set<string>} reviewed observations that are under review now
 */
export function eventList(events, acts, reviewed) {
  const newest = [...events].reverse();
  return el("section", { class: "part" }, el("h3", null, tr("eventsHead"), el("small", null, events.length ? String(events.length) : "")),
    events.length ? el("ol", { class: "events" }, newest.map((event) => line(event, acts, reviewed.has(event.id)))) : el("p", { class: "note" }, tr(may("see_staff_lines") ? "eventsNone" : "eventsWithheld")));
}

/**
 * @param {HouseEvent} event
 * @param {Acts} acts
 * @param {boolean} reviewed
 */
function line(event, acts, reviewed) {
  const fields = Object.entries(event.fields ?? {}).map(([name, value]) => {
    const field = state.policy?.fields[name];
    return el("li", null, `${sentence(field?.title) || name}: `, el("b", null, pick(field?.values?.find(({ is }) => is === String(value))?.title) || String(value)));
  });
  const later = event.date > state.day;
  return el("li", { class: `event ${event.kind}${event.voided ? " voided" : ""}${later ? " later" : ""}` },
    el("div", null, el("b", null, eventName(event.kind)), el("time", { datetime: event.date }, longDay(event.date))),
    fields.length > 0 && el("ul", null, fields),
    may("see_photos") && (event.photos?.length ?? 0) > 0 && el("div", { class: "thumbs rests-on", "aria-label": tr("eventRests"), role: "group" }, event.photos?.map((id) =>
      el("button", { type: "button", class: "photo-open", "aria-label": tr("photoOpen", longDay(event.date)), onclick: () => set({ photo: id }) }, thumb(id, "")))),
    el("small", null, event.voided && el("span", { class: "tag" }, tr("voided")), reviewed && el("span", { class: "tag" }, tr("stateReview")), event.recorded_by && tr("recordedBy", event.recorded_by),
      !event.voided && el("span", { class: "acts-of" },
        may("ask_review") && !reviewed && el("button", { type: "button", class: "text", onclick: () => acts.review(event) }, tr("reviewAsk")),
        may("void_event") && el("button", { type: "button", class: "text", onclick: () => acts.voidEvent(event) }, tr("voidIt")))));
}
