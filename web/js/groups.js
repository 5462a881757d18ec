// The groups of houses that a result card names: as a list, and as the map draws them. Border houses are fainter, the less sure it is that
// they belong.
import { chance, longDay, number, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { keptArea } from "./pencilcount.js";
import { may, state } from "./state.js";
import { RAMP } from "./tiers.js";
import { el } from "./ui.js";

/** @typedef {import("./api.js").ResultCard} ResultCard */
/** @typedef {import("./api.js").Group} Group */
/** @typedef {import("./api.js").Asked} Asked */
/** @typedef {import("./api.js").Places} Places */
/** @typedef {import("./map/map.js").GroupFeature} GroupFeature */
/** @typedef {{ house: import("./api.js").PlacedHouse, at: [number, number] }} Member */

/** More houses than this are not listed one by one. */
const ROWS = 60;

/** The houses of a group, the surest first. @param {Places | null} places @param {number} group @returns {Member[]} */
export const membersOf = (places, group) => (places?.features ?? []).flatMap((feature) => ("code" in feature.properties && feature.properties.group === group ? [{ house: feature.properties, at: /** @type {[number, number]} */ (feature.geometry.coordinates) }] : []))
  .sort((a, b) => sure(b.house) - sure(a.house));

/** Those that belong more likely than not. @param {Places | null} places @param {number} group */
export const likelyOf = (places, group) => membersOf(places, group).filter(({ house }) => sure(house) >= 0.5);

/** @param {import("./api.js").PlacedHouse} house */
const sure = (house) => house.certainty ?? 1;

/** Whether a group still holds after all that was asked since. @param {Asked | undefined} row the card in the ledger, as it stands today @param {number} group */
const holds = (row, group) => !row?.groups_now || row.groups_now.some((now) => now.number === group);

/**
 * @param {ResultCard | null} card @param {Asked | undefined} row the same in the ledger, as it stands today
 * @param {Places | null} places @param {number} chosen
 * @returns {import("./map/map.js").GroupDrawing} without the groups that no longer hold
 */
export function drawingOf(card, row, places, chosen) {
  /** @type {GroupFeature[]} */
  const features = [];
  const kept = keptArea();
  if (kept) features.push({ type: "Feature", properties: { what: "kept", group: 0, chosen: false }, geometry: kept });
  const most = mostOf(places);
  for (const { properties, geometry } of places?.features ?? []) {
    if ("value" in properties) {
      if (properties.value > most * 0.02) features.push({ type: "Feature", properties: { what: "cell", group: 0, chosen: false, step: Math.min(4, Math.floor((properties.value / most) * 5)) }, geometry });
    } else if (holds(row, properties.group) && (card?.method !== "area" || properties.group === chosen)) features.push({ type: "Feature", properties: { what: "house", group: properties.group, chosen: properties.group === chosen, certainty: sure(properties) }, geometry });
  }
  for (const group of card?.method === "area" ? [] : card?.groups ?? []) {
    const centre = holds(row, group.number) && middleOf(group, places);
    if (centre) features.push({ type: "Feature", properties: { what: "badge", group: group.number, chosen: group.number === chosen }, geometry: { type: "Point", coordinates: centre } });
  }
  return { type: "FeatureCollection", features };
}

/** @param {Group} group @param {Places | null} places @returns {[number, number] | null} */
function middleOf(group, places) {
  if (group.centre) return group.centre;
  const members = membersOf(places, group.number);
  if (!members.length) return null;
  const mean = (/** @type {0 | 1} */ axis) => members.reduce((sum, { at }) => sum + at[axis], 0) / members.length;
  return [mean(0), mean(1)];
}

/** The steps of a density. @param {Places | null} places */
export function densityKey(places) {
  const most = mostOf(places);
  return most > 0 && el("ul", { class: "ramp", "aria-label": tr("densityPer") }, el("li", null, tr("densityPer")), RAMP[state.theme].map((colour, step) => {
    const swatch = el("i");
    swatch.style.background = colour;
    return el("li", null, swatch, `${number((most / 5) * step)}–${number((most / 5) * (step + 1))}`);
  }));
}

/** @param {Places | null} places */
const mostOf = (places) => Math.max(...(places?.features ?? []).map(({ properties }) => ("value" in properties ? properties.value : 0)), 0);

/**
 * @param {ResultCard} card @param {Asked | undefined} row the same in the ledger, as it stands today
 * @param {Places | null} places @param {number} chosen
 * @param {{ choose: (group: number) => void, hint: (group: number) => void, open: (code: string, at: [number, number]) => void, point: (member: Member | null) => void, watch: (group: Group) => void, plan: (codes: string[]) => void }} acts
 */
export function groupList(card, row, places, chosen, acts) {
  if (!card.groups.length) return null;
  return el("ol", { class: "groups" }, card.groups.map((group) => {
    const [open, now] = [group.number === chosen, holds(row, group.number)];
    const kind = `group${open ? " chosen" : ""}${now ? "" : " lost"}`;
    const members = membersOf(places, group.number);
    const likely = likelyOf(places, group.number);
    const face = [el("i", { class: "number" }, String(group.number)), el("b", null, labelOf(group)), el("span", { class: "counts" }, countsOf(group)), el("small", null, figuresOf(group, row))];
    if (!members.length && !group.tiers) return el("li", { class: kind }, el("div", { class: "group-face" }, face));
    return el("li", { class: kind },
      el("button", {
        type: "button", class: "group-face", id: `group-${group.number}`, "aria-expanded": String(open), onclick: () => acts.choose(open ? 0 : group.number),
        onpointerenter: () => acts.hint(group.number), onpointerleave: () => acts.hint(0), onfocus: () => acts.hint(group.number), onblur: () => acts.hint(0),
      }, face),
      open && el("div", { class: "group-body" }, tiersOf(group), now && members.length > 0 && el("div", { class: "group-acts" },
        may("plan_rounds") && likely.length > 0 && el("button", { type: "button", id: "group-round", onclick: () => acts.plan(likely.map(({ house }) => house.code)) }, icon("route"), tr("roundOfGroup", likely.length)),
        group.centre && group.radius_m && el("button", { type: "button", id: "group-watch", onclick: () => acts.watch(group) }, icon("chart"), tr("watchGroup"))), houseList(members, acts)));
  }));
}

/** @param {Group} group */
const labelOf = (group) => tr(/** @type {import("./i18n.js").Word} */ (`label_${group.label}`));

/** @param {Group} group */
function countsOf(group) {
  if (group.held_back || (group.red === undefined && group.houses === undefined)) return group.held_back ? tr("heldBack") : "";
  return group.houses === undefined ? tr("redOnly", group.red ?? 0) : tr(group.span ? "redSpans" : "redOf", group.red ?? 0, group.houses);
}

/** @param {Group} group @param {Asked | undefined} row */
function figuresOf({ number: group, relative_risk: ratio, interval, expected, residents, radius_m: radius, span, p, p_corrected: then, p_gumbel: tail }, row) {
  const corrected = row?.groups_now ? row.groups_now.find((now) => now.number === group)?.p_corrected ?? undefined : then;
  return [
    !holds(row, group) && tr("groupLost"),
    ratio !== undefined && (interval ? tr("timesRest", number(ratio, 1), number(interval[0], 1), number(interval[1], 1)) : tr("timesOnly", number(ratio, 1))),
    expected !== undefined && tr("expectedSaid", number(expected, 1)),
    residents !== undefined && tr("residentsSaid", residents),
    radius !== undefined && tr("acrossSaid", number(radius)),
    span && `${longDay(span.from)} – ${longDay(span.to)}, ${tr(/** @type {import("./i18n.js").Word} */ (`course_${span.course}`))}`,
    p !== undefined && `p ${chance(p)}${tail === undefined ? "" : ` (Gumbel ${chance(tail)})`}`,
    corrected !== undefined && corrected !== p && tr("correctedSaid", chance(corrected)),
  ].filter(Boolean).join(" · ");
}

/** @param {Group} group */
const tiersOf = ({ tiers }) => tiers && el("dl", { class: "tiers-of" }, tiers.map(({ tier, houses, expected }) => el("div", null, el("dt", null, mark(tier), tierName(tier)), el("dd", null, tr("foundExpected", houses, number(expected, 1))))));

/** @param {Member[]} members @param {{ open: (code: string, at: [number, number]) => void, point: (member: Member | null) => void }} acts */
function houseList(members, acts) {
  if (!members.length) return null;
  return [el("ul", { class: "group-houses" }, members.slice(0, ROWS).map((member) => {
    const { house, at } = member;
    return el("li", null, el("button", {
      type: "button", data: { code: house.code }, onclick: () => acts.open(house.code, at), onpointerenter: () => acts.point(member), onfocus: () => acts.point(member), onpointerleave: () => acts.point(null), onblur: () => acts.point(null),
    }, mark(house.tier), el("span", { class: "offscreen" }, tierName(house.tier)), el("span", { class: "code" }, house.code),
    house.certainty !== undefined && el("span", { class: "sub" }, tr("certaintySaid", number(house.certainty * 100))),
    house.p_fdr !== undefined && el("span", { class: "sub" }, `p ${chance(house.p_fdr)}`)));
  })), members.length > ROWS && el("p", { class: "hint" }, tr("membersMore", ROWS, members.length))];
}
