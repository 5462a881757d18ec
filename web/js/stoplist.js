// The stops of a round in the order of their teams, moved by hand: dragged by their grip with mouse or finger, or by the arrow keys on it.
import { clockTime, distance, duration, listed, number, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { set } from "./state.js";
import { TEAM_SHAPES } from "./tiers.js";
import { announce, el, svg } from "./ui.js";
import { outcomeIcon, reasonText } from "./visits.js";

/** @typedef {import("./api.js").Stop} Stop */
/** @typedef {import("./api.js").RoundTeam} RoundTeam */
/** @typedef {{ order: (teams: string[][]) => void, lock: (stop: Stop) => void, drop: (stop: Stop) => void, open: (stop: Stop) => void }} Acts */

/** A stop's number in its team's shape. @param {number} team @param {number | string} text */
export const badge = (team, text) => el("span", { class: `stop-badge team-${team % TEAM_SHAPES.length}` }, svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: TEAM_SHAPES[team % TEAM_SHAPES.length] })), el("b", null, String(text)));

/**
 * @param {RoundTeam[]} teams
 * @param {Set<string>} changed houses that the last plan moved
 * @param {Acts | null} acts null where nothing may be changed
 */
export function stopLists(teams, changed, acts) {
  const room = el("div", { class: "round-teams" }, teams.map((team, i) => el("section", { class: "round-team", data: { team: i } },
    el("h3", null, badge(i, team.name), el("span", null, [tr(`duty_${team.duty}`), listed(team.members)].filter(Boolean).join(" · "))),
    el("p", { class: "sub" }, tr("teamSaid", team.stops.length, clockTime(team.leaves_s), clockTime(team.ends_s)), " · ", tr("teamWays", distance(team.length_m), duration(team.travel_s)),
      team.breaks_taken.length > 0 && ` · ${tr("teamPause", team.breaks_taken.map(([from, until]) => `${clockTime(from)}–${clockTime(until)}`).join(", "))}`),
    el("ol", { class: "stops", data: { team: i } }, team.stops.map((stop) => line(stop, i))))));

  /** @param {Stop} stop @param {number} team */
  function line(stop, team) {
    const open = stop.state === "planned";
    const name = stop.address || stop.code;
    const ring = () => set({ halo: { code: stop.code, lng: stop.lon, lat: stop.lat } });
    const lock = el("button", { type: "button", class: "quiet small", id: `lock-${stop.code}`, "aria-pressed": String(stop.locked), "aria-label": tr("lockStop", name), title: tr(stop.locked ? "unlockIt" : "lockIt"), onclick: () => acts?.lock(stop) }, icon("lock"));
    return el("li", { class: `stop ${stop.state}${changed.has(stop.code) ? " changed" : ""}`, data: { code: stop.code }, onmouseenter: ring },
      acts && open ? el("button", { type: "button", class: "grip", id: `grip-${stop.code}`, "aria-label": tr("moveStop", stop.number, name), title: tr("moveHint"), onpointerdown: drag, onkeydown: step, onfocus: ring }, icon("grip")) : el("span", { class: "grip" }, !open && icon(outcomeIcon(/** @type {import("./api.js").Outcome} */ (stop.state)))),
      badge(team, stop.number),
      el("button", { type: "button", class: "stop-name", onclick: () => acts?.open(stop) }, el("span", { class: "address" }, mark(stop.tier), el("span", { class: "offscreen" }, tierName(stop.tier)), name),
        el("small", null, `${clockTime(stop.begins_s)} · ${distance(stop.length_m)}`, stop.reason && ` · ${reasonText(stop.reason)}`, stop.days_overdue !== null && stop.days_overdue > 0 && ` · ${tr("overdueBy", stop.days_overdue)}`),
        el("span", { class: "tags" }, !open && el("span", { class: "tag" }, tr(`outcome_${/** @type {import("./api.js").Outcome} */ (stop.state)}`)), stop.drawn && el("span", { class: "tag" }, icon("shuffle"), tr("byLot")), stop.importance === "must" && !stop.drawn && el("span", { class: "tag" }, tr("must")), changed.has(stop.code) && el("span", { class: "tag" }, tr("movedTag")))),
      acts && open && lock,
      acts && open && el("button", { type: "button", class: "quiet small", "aria-label": tr("dropStop", name), title: tr("dropIt"), onclick: () => acts.drop(stop) }, icon("close")));
  }

  const order = () => [...room.querySelectorAll("ol.stops")].map((list) => [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("li.planned"))].map((item) => item.dataset.code ?? ""));
  const before = JSON.stringify(order());
  const settle = () => { if (JSON.stringify(order()) !== before) acts?.order(order()); };
  let late = 0;

  /** One place on by the keyboard; past the end of a team it goes on to the next one. @param {KeyboardEvent} event */
  function step(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    const grip = /** @type {HTMLElement} */ (event.currentTarget);
    const item = /** @type {HTMLElement} */ (grip.closest("li"));
    const lists = [...room.querySelectorAll("ol.stops")];
    const at = lists.indexOf(/** @type {Element} */ (item.parentElement));
    const up = event.key === "ArrowUp";
    const beside = up ? item.previousElementSibling : item.nextElementSibling;
    if (beside?.classList.contains("planned")) beside[up ? "before" : "after"](item);
    else if (lists[at + (up ? -1 : 1)]) {
      const next = lists[at + (up ? -1 : 1)];
      const first = next.querySelector("li.planned");
      if (up || !first) next.append(item);
      else first.before(item);
    } else return;
    grip.focus();
    const list = /** @type {HTMLElement} */ (item.parentElement);
    announce(tr("movedTo", [...list.children].indexOf(item) + 1, teams[Number(list.dataset.team)].name));
    clearTimeout(late);
    late = window.setTimeout(settle, 900);
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    if (event.button) return;
    event.preventDefault();
    const grip = /** @type {HTMLElement} */ (event.currentTarget);
    const item = /** @type {HTMLElement} */ (grip.closest("li"));
    grip.focus();
    grip.setPointerCapture(event.pointerId);
    item.classList.add("dragged");
    const move = (/** @type {PointerEvent} */ to) => {
      const under = document.elementsFromPoint(to.clientX, to.clientY).map((node) => node.closest("li.stop, .round-team")).find((node) => node && node !== item && room.contains(node));
      const scroller = room.closest(".rounds-body");
      const box = scroller?.getBoundingClientRect();
      if (scroller && box) scroller.scrollTop += to.clientY < box.top + 70 ? -12 : to.clientY > box.bottom - 40 ? 12 : 0;
      if (!under) return;
      if (under.classList.contains("round-team")) {
        if (under !== item.closest(".round-team")) under.querySelector("ol.stops")?.append(item);
      } else if (under.classList.contains("planned")) {
        const { top, height } = under.getBoundingClientRect();
        const after = to.clientY > top + height / 2;
        if ((after ? under.nextElementSibling : under.previousElementSibling) !== item) under[after ? "after" : "before"](item);
      }
    };
    const end = () => {
      item.classList.remove("dragged");
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      settle();
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }
  return room;
}

/** What the whole round comes to. @param {RoundTeam[]} teams */
export const roundSaid = (teams) => {
  const stops = teams.flatMap((team) => team.stops);
  const gone = stops.filter((stop) => stop.state !== "planned").length;
  return `${tr("roundSaid", stops.length, teams.length, distance(teams.reduce((sum, team) => sum + team.length_m, 0)), duration(teams.reduce((sum, team) => sum + team.travel_s, 0)))}${gone ? ` · ${tr("roundGone", number(gone))}` : ""}`;
};
