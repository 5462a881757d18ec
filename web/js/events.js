// The observations of one house, newest first; a voided one stays visible, struck through.
import { longDay, pick, sentence, tr } from "./i18n.js";
import { may, state } from "./state.js";
import { el } from "./ui.js";

/** @typedef {import("./api.js").HouseEvent} HouseEvent */

/** @param {string} kind */
export const eventName = (kind) => sentence(state.policy?.kinds[kind]?.title) || kind;

/**
 * @param {HouseEvent[]} events
 * @param {(event: HouseEvent) => void} voidEvent
 */
export function eventList(events, voidEvent) {
  const newest = [...events].reverse();
  return el("section", { class: "part" }, el("h3", null, tr("eventsHead"), el("small", null, events.length ? String(events.length) : "")),
    events.length ? el("ol", { class: "events" }, newest.map((event) => line(event, voidEvent))) : el("p", { class: "note" }, tr("eventsNone")));
}

/**
 * @param {HouseEvent} event
 * @param {(event: HouseEvent) => void} voidEvent
 */
function line(event, voidEvent) {
  const fields = Object.entries(event.fields ?? {}).map(([name, value]) => {
    const field = state.policy?.fields[name];
    return el("li", null, `${sentence(field?.title) || name}: `, el("b", null, pick(field?.values?.find(({ is }) => is === String(value))?.title) || String(value)));
  });
  const later = event.date > state.day;
  return el("li", { class: `event ${event.kind}${event.voided ? " voided" : ""}${later ? " later" : ""}` },
    el("div", null, el("b", null, eventName(event.kind)), el("time", { datetime: event.date }, longDay(event.date))),
    fields.length > 0 && el("ul", null, fields),
    el("small", null, event.voided && el("span", { class: "tag" }, tr("voided")), event.recorded_by && tr("recordedBy", event.recorded_by),
      may("void_event") && !event.voided && el("button", { type: "button", class: "text", onclick: () => voidEvent(event) }, tr("voidIt"))));
}
