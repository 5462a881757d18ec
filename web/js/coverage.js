// Houses without a photo, or whose last one is old: counted by area, listed, and marked on the map.
import * as api from "./api.js";
import { longDay, number, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { may } from "./state.js";
import { announce, el, fill } from "./ui.js";

/** @typedef {{ bare: (ids: number[]) => void, open: (code: string, at: [number, number]) => void }} Acts */

/** Days after which a photo is old; null asks only for houses without any. */
const AGES = [null, 90, 180, 365, 730, 1825];

/** @type {number | null} */
let days = 365;
let area = "";
let control = new AbortController();

/** @param {Acts} acts */
export function coverage(acts) {
  const counts = el("div", { id: "coverage-areas" });
  const list = el("div", { id: "coverage-list" });
  const age = el("select", { id: "coverage-days", onchange: () => { days = age.value ? Number(age.value) : null; load(); } },
    AGES.map((value) => el("option", { value: value ?? "", selected: value === days }, value ? tr("coverageOlder", value) : tr("coverageNever"))));
  const load = async () => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    try {
      const [told, marked, page] = await Promise.all([
        api.photoCoverage(days, signal),
        may("see_photos") ? api.bareHouseIds({ older_than: days, area }, signal) : { ids: [] },
        may("see_photos") ? api.bareHouses({ older_than: days, area }, signal) : null,
      ]);
      if (signal.aborted) return;
      acts.bare(marked.ids);
      fill(counts, areas(told));
      fill(list, page && houses(page));
      announce(tr("coverageSaid", told.without, told.older, told.houses));
    } catch (error) {
      if (!api.stale(error)) fill(counts, el("p", { class: "note pad" }, troubleText(error)), el("button", { type: "button", onclick: load }, tr("retry")));
    }
  };
  /** @param {api.Coverage} told */
  const areas = (told) => [
    el("p", { class: "said pad", id: "coverage-said" }, told.older_than ? tr("coverageSaid", told.without, told.older, told.houses) : tr("coverageSaidNever", told.without, told.houses)),
    el("div", { class: "wide-table pad" }, el("table", { class: "services" },
      el("thead", null, el("tr", null, el("th", { scope: "col" }, tr("areaCode")), el("th", { scope: "col" }, tr("houses")), el("th", { scope: "col" }, tr("coverageWithout")), told.older_than && el("th", { scope: "col" }, tr("coverageOld")))),
      el("tbody", null, told.areas.map((one) => el("tr", { class: one.area_code === area ? "on" : "" },
        el("th", { scope: "row" }, el("button", { type: "button", class: "text", "aria-pressed": String(one.area_code === area), onclick: () => { area = area === one.area_code ? "" : one.area_code; load(); } }, one.area_code || tr("notKnown"))),
        el("td", null, number(one.houses)), el("td", null, number(one.without)), told.older_than && el("td", null, number(one.older)))))))];
  /** @param {{ houses: api.BareHouse[], next: string | null }} first */
  const houses = (first) => {
    const rows = el("ul", { class: "bare-houses" });
    const foot = el("p", { class: "pad" });
    const add = (/** @type {typeof first} */ page) => {
      rows.append(...page.houses.map((house) => el("li", null, el("button", { type: "button", class: "task", data: { code: house.code }, onclick: () => acts.open(house.code, [house.lon, house.lat]) },
        el("span", { class: "address" }, house.address || house.code), el("span", { class: "what" }, el("span", { class: "code" }, house.code)),
        el("small", null, house.last ? tr("coverageLast", longDay(house.last)) : tr("coverageNone"))))));
      fill(foot, page.next ? el("button", { type: "button", onclick: async () => add(await api.bareHouses({ older_than: days, area, after: page.next })) }, tr("listMore"))
        : rows.children.length ? null : el("span", null, icon("check"), tr("coverageAll")));
    };
    add(first);
    return [el("p", { class: "hint pad" }, area ? tr("coverageOf", area) : tr("coverageOnMap")), rows, foot];
  };
  load();
  return el("div", { class: "coverage" }, el("div", { class: "tasks-filter" }, el("label", { class: "offscreen", for: "coverage-days" }, tr("photosCoverage")), age), counts, list,
    !may("see_photos") && el("p", { class: "hint pad" }, tr("coverageCounts")));
}
