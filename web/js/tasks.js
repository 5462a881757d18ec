// What waits for this office: provisional tiers, repairs, notices to serve, reviews; with a badge in the header. Each opens its house.
import * as api from "./api.js";
import { days } from "./calendar.js";
import { longDay, noticeName, number, tierName, tr, troubleText } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { loadedRows } from "./list.js";
import { may, set, state, watch } from "./state.js";
import { byId, el, fill, paused } from "./ui.js";

/** @typedef {api.Work} Work */

let division = "";
let drawnOnly = false;
/** Codes of the houses in the drawn area, or null for all. @type {Set<string> | null} */
let within = null;
/** What was closed by hand. @type {Set<string>} */
const closed = new Set();
/** @type {unknown} */
let trouble = null;

/** @param {{ open: (code: string) => void }} acts */
export function startTasks(acts) {
  const button = byId("tasks-open");
  button.addEventListener("click", () => set({ page: state.page === "tasks" ? "" : "tasks", sel: null, photo: null, halo: null }));
  let control = new AbortController();
  const load = paused(120, async () => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    if (!may("see_work")) return set({ work: null });
    try {
      const [work, inside] = await Promise.all([api.work(division, signal), drawnOnly && state.area ? api.codesIn(state.area, state.site?.today ?? state.day) : null]);
      if (signal.aborted) return;
      within = inside ? new Set(inside.codes) : null;
      trouble = null;
      set({ work });
      draw();
    } catch (error) {
      if (api.stale(error) || signal.aborted) return;
      trouble = error;
      draw();
    }
  });
  const badge = () => {
    button.hidden = !may("see_work");
    const count = state.work ? total(state.work) : 0;
    button.setAttribute("aria-pressed", String(state.page === "tasks"));
    button.title = count ? tr("tasksCount", count) : tr("tasks");
    fill(button, icon("tasks"), el("span", { class: "name" }, tr("tasks")), " ", count > 0 && el("b", { class: `badge${state.work && late(state.work) ? " late" : ""}` }, count > 99 ? "99+" : String(count)));
  };
  const draw = () => {
    if (state.page !== "tasks") return;
    const room = byId("tasks");
    const focused = document.activeElement?.id;
    const at = room.scrollTop;
    fill(room, ...parts());
    room.scrollTop = at;
    if (focused?.startsWith("tasks-")) document.getElementById(focused)?.focus({ preventScroll: true });
  };
  const parts = () => {
    const { work } = state;
    const head = el("div", { class: "card-top" }, el("button", { type: "button", class: "quiet", "aria-label": tr("back"), title: tr("back"), onclick: () => set({ page: "" }) }, icon("back")), el("h2", null, tr("tasks")), work && el("span", { class: "sub" }, tr("asOf", longDay(work.day))));
    if (!work) return [head, trouble ? el("div", { class: "empty" }, icon("help"), el("p", null, tr("troubleLoad"), troubleText(trouble)), el("button", { type: "button", onclick: () => load() }, tr("retry"))) : el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i"), el("i"))];
    const codes = [...new Set([...(state.me.areas ?? []), ...loadedRows().map((row) => row.properties.area_code), division].filter(Boolean))].sort();
    const filter = el("select", { id: "tasks-area", "aria-label": tr("tasksArea"), onchange: (/** @type {Event} */ event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.target);
      drawnOnly = value === "drawn";
      division = drawnOnly ? "" : value;
      load();
    } },
    el("option", { value: "", selected: !division && !drawnOnly }, tr("tasksAll")), (state.area || drawnOnly) && el("option", { value: "drawn", selected: drawnOnly }, tr("inArea")), codes.map((code) => el("option", { value: code, selected: division === code }, String(code))));
    const here = (/** @type {{ code: string }} */ item) => !within || within.has(item.code);
    const provisional = work.provisional.filter(here);
    const repairs = lateFirst(work.repairs.filter(here), (item) => item.until);
    const notices = lateFirst(work.notices.filter(here).filter((item) => !item.served), (item) => item.deadline ?? "9999");
    const reviews = lateFirst(work.reviews.filter(here), (item) => item.due);
    const none = !provisional.length && !repairs.length && !notices.length && !reviews.length;
    return [head, el("div", { class: "tasks-filter" }, filter),
      none && el("div", { class: "empty" }, icon("check"), el("p", null, tr(division || within ? "tasksNoneHere" : "tasksNone"))),
      !none && group("provisional", "hourglass", tr("tasksProvisional"), within ? provisional.length : work.provisional_total, provisional.map((item) => line(item.code, item.address,
        [mark(item.published), el("span", { class: "offscreen" }, tierName(item.published)), icon("next"), mark(item.computed), el("b", null, tierName(item.computed))], tr("since", longDay(item.since)), false)), work.provisional_total > work.provisional.length && !within ? tr("tasksMore", work.provisional.length, work.provisional_total) : ""),
      !none && group("repairs", "tool", tr("tasksRepairs"), repairs.length, repairs.map((item) => line(item.code, item.address, [mark(item.tier), el("b", null, tierName(item.tier))], clock(item.until, work.day, item.overdue), item.overdue)), ""),
      !none && group("notices", "paper", tr("tasksNotices"), notices.length, notices.map((item) => line(item.code, `${noticeName(item.kind)} ${item.number}`, [el("span", { class: "code" }, item.code)], item.deadline ? clock(item.deadline, work.day, item.overdue) : "", item.overdue)), ""),
      !none && group("reviews", "scales", tr("tasksReviews"), reviews.length, reviews.map((item) => line(item.code, item.statement, [el("span", { class: "code" }, item.code)], clock(item.due, work.day, item.overdue), item.overdue)), "")];
  };
  /**
   * @param {string} id @param {import("./icons.js").IconName} picture @param {string} title @param {number} count
   * @param {HTMLElement[]} lines @param {string} more
   */
  const group = (id, picture, title, count, lines, more) => el("details", { id: `group-${id}`, class: "task-group", open: !closed.has(id), ontoggle: (/** @type {Event} */ event) => { if (/** @type {HTMLDetailsElement} */ (event.target).open) closed.delete(id); else closed.add(id); } },
    el("summary", null, icon(picture), el("b", null, title), el("span", { class: "badge" }, number(count))),
    lines.length ? el("ul", null, lines) : el("p", { class: "hint" }, tr("tasksGroupNone")), more && el("p", { class: "hint" }, more));
  /** @param {string} code @param {string} title @param {import("./ui.js").Child[]} what @param {string} when @param {boolean} overdue */
  const line = (code, title, what, when, overdue) => el("li", null, el("button", { type: "button", id: `tasks-${code}-${what.length}`, class: overdue ? "task overdue" : "task", data: { code }, onclick: () => acts.open(code) },
    el("span", { class: "address" }, title || code), el("span", { class: "what" }, what), el("small", null, overdue && icon("clock"), when)));

  watch(["revision", "me", "area"], load);
  watch(["work", "me", "lang", "page"], badge);
  watch(["page", "lang", "policy"], draw);
  badge();
  load();
  draw();
}

/** @param {Work} work */
const total = (work) => work.provisional_total + work.repairs.filter((item) => item.overdue).length + work.notices.filter((item) => !item.served).length + work.reviews.length;

/** @param {Work} work */
const late = (work) => [...work.repairs, ...work.notices, ...work.reviews].some((item) => item.overdue);

/**
 * Overdue first, then by day.
 * @template {{ overdue: boolean }} T
 * @param {T[]} items @param {(item: T) => string} day
 */
const lateFirst = (items, day) => [...items].sort((a, b) => Number(b.overdue) - Number(a.overdue) || (day(a) < day(b) ? -1 : 1));

/** @param {string} until @param {string} today @param {boolean} overdue */
function clock(until, today, overdue) {
  const left = days(today, until);
  return overdue || left < 0 ? tr("overdueBy", Math.max(-left, 0)) : `${longDay(until)} · ${tr("dueIn", left)}`;
}
