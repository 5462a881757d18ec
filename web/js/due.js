// What is due: by house, by area, by member of staff, and what is not reached when the hours are short.
import * as api from "./api.js";
import { dutyName, longDay, number, tierName, tr, troubleText } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { paused, el, fill } from "./ui.js";
import { dueText, reasonText } from "./visits.js";

/** @typedef {"houses" | "areas" | "staff" | "slips"} Tab */
/** @type {{ tab: Tab, duty: string, area: string, ahead: number, hours: number, minutes: number, days: number }} */
const asked = { tab: "houses", duty: "", area: "", ahead: 0, hours: 6, minutes: 15, days: 5 };

/** The areas in which something is due, as last told. @type {string[]} */
let areas = [];

/** Asks for them once. @param {string} day */
export async function dueAreas(day) {
  if (!areas.length) areas = (await api.dueLoad(day)).areas.map((one) => one.area_code);
  return areas;
}

/** What of the list is asked for; a round may be planned of it. */
export const dueAsked = () => ({ area: asked.area, until_days: asked.ahead });

/**
 * The list; it asks for itself and draws itself anew.
 * @param {string} day @param {(code: string, at: [number, number]) => void} open
 */
export function dueList(day, open) {
  const room = el("div", { class: "due-room" });
  const result = el("div", { role: "status", "aria-busy": "true" }, el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i"), el("i")));
  let control = new AbortController();

  const ask = async () => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    result.setAttribute("aria-busy", "true");
    try {
      const { tab, duty, area, ahead, hours, minutes, days } = asked;
      if (tab === "houses") {
        const list = await api.due({ date: day, area, duty, until_days: ahead, limit: 200 }, signal);
        show(list.total ? [said(tr("dueSaid", list.total, list.overdue)), rows(list.items), more(list)] : nothing());
      } else if (tab === "slips") {
        const list = await api.slips({ date: day, area, duty, hours_per_day: hours, minutes_per_visit: minutes, days, limit: 200 }, signal);
        show([said(tr("slipsSaid", list.visits_per_day, list.reached, list.slipped, days)), rows(list.items)]);
      } else {
        const load = await api.dueLoad(day, signal);
        show([tab === "areas"
          ? table("dueArea", load.areas.map((one) => ({ ...one, name: one.area_code, more: "" })))
          : load.staff.length ? table("dueStaff", load.staff.map((one) => ({ ...one, more: `${dutyName(one.duty)} · ${one.areas?.join(", ") || tr("tasksAll")}` }))) : el("p", { class: "note" }, tr("dueStaffNone"))]);
      }
    } catch (error) {
      if (!api.stale(error)) show([el("p", { class: "note" }, tr("troubleLoad"), troubleText(error), " ", el("button", { type: "button", class: "text", onclick: ask }, tr("retry")))]);
    }
  };
  const show = (/** @type {import("./ui.js").Child[]} */ parts) => { result.setAttribute("aria-busy", "false"); fill(result, ...parts); };
  const said = (/** @type {string} */ text) => el("p", { class: "said" }, text);
  const nothing = () => [el("div", { class: "empty" }, icon("check"), el("p", null, tr("dueNothing")))];
  const rows = (/** @type {api.DueItem[]} */ items) => el("ol", { class: "due-list" }, items.map((item) => el("li", null, el("button", { type: "button", class: item.days_overdue > 0 ? "task overdue" : "task", data: { code: item.code }, onclick: () => open(item.code, [item.lon, item.lat]) },
    el("span", { class: "address" }, mark(item.tier), el("span", { class: "offscreen" }, tierName(item.tier)), item.address || item.code), el("span", { class: "what" }, dutyName(item.duty), " · ", reasonText(item.reason)),
    el("small", null, item.days_overdue > 0 && icon("clock"), dueText(item.days_overdue, item.due), item.tried && el("span", { class: "tag" }, tr("triedOn", longDay(item.tried))))))));
  const more = (/** @type {api.DueList} */ list) => list.total > list.items.length && el("p", { class: "hint" }, tr("tasksMore", list.items.length, list.total));
  const table = (/** @type {import("./i18n.js").Word} */ head, /** @type {(api.DueCount & { name: string, more: string })[]} */ lines) => el("div", { class: "wide-table" }, el("table", { class: "services" },
    el("thead", null, el("tr", null, [head, "dueCount", "dueOverdue", "dueMost"].map((word) => el("th", { scope: "col" }, tr(/** @type {import("./i18n.js").Word} */ (word)))))),
    el("tbody", null, lines.map((one) => el("tr", null, el("th", { scope: "row" }, one.name, one.more && el("small", null, one.more)), el("td", null, number(one.due)), el("td", { class: one.overdue ? "late" : "" }, number(one.overdue)), el("td", null, number(one.most_days_overdue)))))));

  const later = paused(350, ask);
  const choose = (/** @type {string} */ id, /** @type {import("./i18n.js").Word} */ word, /** @type {[string, string][]} */ options, /** @type {string} */ value, /** @type {(value: string) => void} */ put) =>
    el("select", { id, "aria-label": tr(word), onchange: (/** @type {Event} */ event) => { put(/** @type {HTMLSelectElement} */ (event.target).value); ask(); } }, options.map(([of, text]) => el("option", { value: of, selected: of === value }, text)));
  const amount = (/** @type {string} */ id, /** @type {import("./i18n.js").Word} */ word, /** @type {"hours" | "minutes" | "days" | "ahead"} */ key, /** @type {number} */ min, /** @type {number} */ max) => el("label", null, el("span", null, tr(word)),
    el("input", { type: "number", id, min, max, step: 1, value: asked[key], oninput: (/** @type {Event} */ event) => { const value = Number(/** @type {HTMLInputElement} */ (event.target).value); if (value >= min && value <= max) { asked[key] = value; later(); } } }));
  const draw = () => {
    const listed = asked.tab === "houses" || asked.tab === "slips";
    fill(room,
      el("div", { class: "due-tabs", role: "group", "aria-label": tr("dueBy") }, [["houses", "dueHouses"], ["areas", "dueAreas"], ["staff", "dueStaff"], ["slips", "dueSlips"]].map(([tab, word]) =>
        el("button", { type: "button", id: `due-${tab}`, "aria-pressed": String(asked.tab === tab), onclick: () => { asked.tab = /** @type {Tab} */ (tab); draw(); ask(); document.getElementById(`due-${tab}`)?.focus(); } }, tr(/** @type {import("./i18n.js").Word} */ (word))))),
      listed && el("div", { class: "due-filter" },
        choose("due-area", "tasksArea", [["", tr("tasksAll")], ...areas.map((code) => /** @type {[string, string]} */ ([code, code]))], asked.area, (value) => { asked.area = value; }),
        choose("due-duty", "dutyLabel", [["", tr("dutyAny")], ["officer", dutyName("officer")], ["assistant", dutyName("assistant")]], asked.duty, (value) => { asked.duty = value; }),
        asked.tab === "houses" && amount("due-ahead", "dueAhead", "ahead", 0, 366)),
      asked.tab === "slips" && el("div", { class: "due-filter" }, amount("due-hours", "dueHours", "hours", 1, 24), amount("due-minutes", "dueMinutes", "minutes", 1, 240), amount("due-days", "dueDays", "days", 1, 60)),
      result);
  };
  draw();
  ask();
  if (!areas.length) dueAreas(day).then(draw, () => {});
  return room;
}
