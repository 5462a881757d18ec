// The card of one house: tier, standing, why, the way up, history, notices, reviews, records. Asks for the house and lays the parts out.
import * as api from "./api.js";
import { openConfirm } from "./confirm.js";
import { eventList, eventName } from "./events.js";
import { history } from "./history.js";
import { kindName, longDay, number, pick, tierCalled, tierName, tr, troubleText } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { noticeList } from "./notices.js";
import { photoList } from "./photos.js";
import { follows, gates, nextChange, points, verdict } from "./receipt.js";
import { residentList } from "./residents.js";
import { openAskReview, reviewList } from "./reviews.js";
import { standing } from "./standing.js";
import { may, set, staff, state, watch } from "./state.js";
import { announce, byId, copy, el, fill, toast } from "./ui.js";
import { unitList } from "./units.js";
import { inspectionsOf, visitList } from "./visits.js";
import { waysUp } from "./ways.js";

/** @typedef {{ house: api.House, receipt: api.Receipt, events: api.HouseEvent[], publication: api.Publication | null, ways: api.Way[], residents: api.Resident[] | null, units: api.Unit[] | null, photos: api.Photo[] | null, inspections: import("./visits.js").Inspections | null }} Shown */

/** @type {Shown | null} */
let shown = null;
let control = new AbortController();
/** @type {Element | null} */
let cameFrom = null;

/**
 * @param {{ close: () => void, record: (house: api.House, photos: api.Photo[]) => void, voidEvent: (event: api.HouseEvent) => void, centre: (at: { lng: number, lat: number }) => void, goToDay: (day: string) => void, readPolicy: (name: string, version: number) => void }} acts
 */
export function startCard(acts) {
  const card = byId("card");
  const load = async () => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    const code = state.sel;
    if (!code) {
      const was = shown;
      shown = null;
      card.hidden = true;
      if (was && cameFrom instanceof HTMLElement && document.contains(cameFrom)) cameFrom.focus();
      cameFrom = null;
      return;
    }
    const fresh = shown?.house.code !== code;
    if (fresh) {
      if (card.hidden) cameFrom = document.activeElement;
      shown = null;
      fill(card, top(acts, null), el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i"), el("i"), el("i")));
    }
    card.hidden = false;
    try {
      const people = may("see_persons");
      const [house, receipt, { events }, publication, { ways }, { residents }, { units }, { photos }] = await Promise.all([
        api.houseOf(code, state.day, signal), api.receipt(code, state.day, signal), api.events(code, signal),
        api.publication(code, state.day, signal).catch(without(null)), api.ways(code, state.day, signal).catch(without({ ways: [] })),
        people ? api.residents(code, state.day, signal).catch(without({ residents: null })) : { residents: null },
        people ? api.units(code, state.day, signal).catch(without({ units: null })) : { units: null },
        may("see_photos") ? api.photosOf(code, signal).catch(without({ photos: null })) : { photos: null },
      ]);
      if (signal.aborted) return;
      const inspections = may("see_inspections") && house.kind === "rental" ? await inspectionsOf(code, state.day, signal).catch(without(null)) : null;
      if (signal.aborted) return;
      shown = { house, receipt, events, publication, ways, residents, units, photos, inspections };
      set({ halo: { code, lng: house.lon, lat: house.lat } });
      draw();
      if (fresh) {
        card.focus({ preventScroll: true });
        announce(`${house.address || code}, ${tierName(receipt.tier)}`);
      }
    } catch (error) {
      if (api.stale(error)) return;
      fill(card, top(acts, null), el("div", { class: "empty" }, icon("help"), el("p", null, tr("troubleLoad"), code, " · ", troubleText(error)),
        el("button", { type: "button", onclick: load }, tr("retry"))));
    }
  };
  const draw = () => {
    if (!shown) return;
    const kept = [...card.querySelectorAll("details")].map((node) => /** @type {HTMLDetailsElement} */ (node).open);
    const at = card.querySelector(".card-body")?.scrollTop ?? 0;
    const body = el("div", { class: "card-body" }, ...parts(shown, acts));
    fill(card, top(acts, shown), body);
    body.scrollTop = at;
    card.querySelectorAll("details").forEach((/** @type {HTMLDetailsElement} */ node, /** @type {number} */ i) => { if (kept[i] !== undefined) node.open = kept[i]; });
  };
  watch(["sel", "day", "revision", "me", "as"], load);
  watch(["lang", "policy"], draw);
  card.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    acts.close();
  });
  load();
}

/**
 * @param {Parameters<typeof startCard>[0]} acts
 * @param {Shown | null} of
 */
function top(acts, of) {
  return el("div", { class: "card-top" },
    el("button", { type: "button", class: "quiet", "aria-label": tr("back"), title: tr("back"), onclick: acts.close }, icon("back")),
    el("span", { class: "code" }, of?.house.code ?? state.sel),
    of && button("copy", tr("copyCode"), () => copied(of.house.code)),
    of && button("pin", tr("centre"), () => acts.centre({ lng: of.house.lon, lat: of.house.lat })));
}

/**
 * A part that the server refuses leaves its place empty; the rest of the card is shown.
 * @template T
 * @param {T} empty
 * @returns {(error: unknown) => T}
 */
const without = (empty) => (error) => {
  if (error instanceof api.Problem) return empty;
  throw error;
};

/** @param {import("./icons.js").IconName} name @param {string} label @param {() => void} act */
const button = (name, label, act) => el("button", { type: "button", class: "quiet small", "aria-label": label, title: label, onclick: act }, icon(name));

/** @param {string} text */
async function copied(text) {
  if (await copy(text)) toast(tr("copied"));
}

/**
 * @param {Shown} of
 * @param {Parameters<typeof startCard>[0]} acts
 */
function parts(of, acts) {
  const { house, receipt, events, publication, ways, residents, units, photos, inspections } = of;
  const { tier, score } = receipt;
  const place = `${house.lat.toFixed(6)}, ${house.lon.toFixed(6)}`;
  const geo = `geo:${house.lat.toFixed(6)},${house.lon.toFixed(6)}`;
  const reviewed = new Set((publication?.reviews ?? []).filter((review) => !review.decided).map((review) => review.event_id ?? ""));
  const means = follows(tier);
  const upwards = waysUp(ways, receipt.day);
  return [
    el("header", { class: `face ${tier}` }, mark(tier),
      el("div", null, el("h2", null, house.address || house.code),
        el("p", { class: "called" }, el("b", null, tierName(tier)), tierCalled(tier) ? ` · ${tierCalled(tier)}` : "")),
      score !== null && score !== undefined && el("p", { class: "big", title: tr("score") }, el("b", null, number(score)), el("span", null, tr("score")))),
    publication && standing(publication, {
      confirm: (worse) => openConfirm(house, worse), goToDay: acts.goToDay,
      review: (one) => openAskReview(house.code, { confirmation_id: one.id }, tr("reviewAboutTier", tierName(one.tier), longDay(one.given))),
    }),
    !staff() && means,
    el("dl", { class: "facts" },
      el("div", null, el("dt", null, tr("kind")), el("dd", null, kindName(house.kind))),
      house.door_plate && el("div", null, el("dt", null, tr("doorPlate")), el("dd", null, house.door_plate)),
      house.area_code && el("div", null, el("dt", null, tr("areaCode")), el("dd", null, house.area_code)),
      el("div", { class: "long" }, el("dt", null, tr("place")), el("dd", null, el("a", { href: geo, title: tr("openGeo") }, place), button("copy", tr("copyPlace"), () => copied(place))))),
    may("record_event") && house.kind === "rental" && el("button", { type: "button", class: "main", id: "record-open", onclick: () => acts.record(house, photos ?? []) }, icon("plus"), tr("record")),
    photoList(house.code, photos),
    tier === "none" && el("p", { class: "note" }, tr("noTier")),
    tier === "unrated" && el("p", { class: "note" }, tr("unratedText")),
    receipt.lines.length > 0 && el("section", { class: "part" },
      el("h3", null, tr("why"), el("small", null, tr("asOf", longDay(receipt.day)))), verdict(receipt), points(receipt), gates(receipt), nextChange(receipt)),
    !receipt.lines.length && receipt.next_change && el("section", { class: "part" }, nextChange(receipt)),
    upwards,
    visitList(house.code, inspections),
    publication?.notices && house.kind === "rental" && noticeList(house.code, publication.notices),
    publication?.reviews && reviewList(publication.reviews, events, publication.confirmations ?? []),
    history(receipt.spans, acts.goToDay),
    staff() && means,
    eventList(events, { voidEvent: acts.voidEvent, review: (event) => openAskReview(house.code, { event_id: event.id }, tr("reviewAbout", eventName(event.kind), longDay(event.date))) }, reviewed),
    residentList(house, residents),
    unitList(house.code, units),
    el("p", { class: "policy" }, el("button", { type: "button", class: "text", onclick: () => acts.readPolicy(receipt.policy.name, receipt.policy.version) }, tr("policyLine", policyTitle(receipt), receipt.policy.version)), " ", el("code", { title: receipt.policy.hash }, receipt.policy.hash.slice(0, 8))),
  ];
}

/** @param {api.Receipt} receipt */
const policyTitle = (receipt) => (state.policy?.name === receipt.policy.name ? pick(state.policy.title) : receipt.policy.name);
