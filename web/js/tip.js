// The small label beside the pointer: a house's code and tier, or the counts of a grid cell.
import { number, tierCalled, tierName, tr } from "./i18n.js";
import { mark } from "./icons.js";
import { TIERS } from "./tiers.js";
import { byId, el, fill } from "./ui.js";

/**
 * @param {{ x: number, y: number } | null} at
 * @param {import("./map/map.js").Picked | null} house
 * @param {import("./map/map.js").CellCounts | null} cell
 */
export function showTip(at, house, cell) {
  const tip = byId("tip");
  tip.hidden = !at;
  if (!at) return;
  if (house) fill(tip, el("div", { class: "tip-house" }, mark(house.tier), el("b", null, tierName(house.tier)), tierCalled(house.tier), el("span", { class: "code" }, house.code)));
  else if (cell) {
    const rental = TIERS.reduce((sum, tier) => sum + (tier === "none" ? 0 : cell[tier] ?? 0), 0);
    fill(tip, el("p", null, tr("cellTip", cell.total, rental)), el("dl", null, TIERS.filter((tier) => cell[tier] > 0).map((tier) => el("div", null, el("dt", null, mark(tier), tierName(tier)), el("dd", null, number(cell[tier]))))));
  }
  const room = byId("map-room");
  const right = at.x > room.clientWidth - tip.offsetWidth - 30;
  tip.style.transform = `translate(${Math.round(right ? at.x - tip.offsetWidth - 16 : at.x + 16)}px, ${Math.round(Math.min(Math.max(at.y - tip.offsetHeight / 2, 6), room.clientHeight - tip.offsetHeight - 6))}px)`;
}
