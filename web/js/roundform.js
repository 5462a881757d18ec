// The form of a round: which houses, which day, which teams. What it makes is its opener's matter.
import * as api from "./api.js";
import { dueAreas, dueAsked } from "./due.js";
import { choices, clearErrors, labelled, showErrors } from "./form.js";
import { dutyName, number, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { state, watch } from "./state.js";
import { announce, el, fill, toast } from "./ui.js";

/** @typedef {{ name: string, duty: api.Duty, members: string, start: [number, number], open_end: boolean, from: string, until: string, pause: string, most: string }} TeamText a team as it is being written */
/** @typedef {{ codes: string[] | null, teams: TeamText[] }} Draft codes: houses that were chosen elsewhere */

/** @type {Draft} */
const draft = { codes: null, teams: [] };

/** @typedef {{ centre: () => [number, number], place: (act: ((at: [number, number]) => void) | null) => void, starts: (teams: TeamText[]) => void }} OnMap */

/** Offers the drawn area in the form that stands on the page. @type {() => void} */
let areaDrawn = () => {};
watch(["area"], () => areaDrawn());

/** The houses of the next round, chosen elsewhere (a cluster, a list). @param {string[] | null} codes */
export function chooseHouses(codes) {
  draft.codes = codes?.length ? codes : null;
}

/** Teams as they went out last time. @param {api.RoundTeam[]} teams */
export function teamsAsLast(teams) {
  if (draft.teams.length) return;
  draft.teams = teams.map(({ name, duty, members, start, open_end, from, until, breaks: [pause], most_km }) => ({
    name, duty, members: members.join(", "), start, open_end, from, until, pause: pause ? `${pause.from}-${pause.until} ${pause.minutes}` : "", most: most_km ? String(most_km) : "",
  }));
}

/** @param {OnMap} map */
const newTeam = (map) => {
  const last = draft.teams.at(-1);
  return /** @type {TeamText} */ ({ name: String.fromCharCode(65 + draft.teams.length), duty: last?.duty ?? "officer", members: "", start: last?.start ?? map.centre(), open_end: false, from: last?.from ?? "14:00", until: last?.until ?? "17:30", pause: "", most: "" });
};

/**
 * @param {OnMap} map
 * @param {{ plan: (round: api.RoundDraft, progress: (part: number) => void, signal: AbortSignal) => Promise<void>, back: () => void }} acts
 */
export function roundForm(map, acts) {
  if (!draft.teams.length) draft.teams.push(newTeam(map));
  const today = state.site?.today ?? state.day;
  const area = dueAsked();
  const day = el("input", { type: "date", id: "round-day", name: "day", required: true, min: today, value: today });
  const name = el("input", { type: "text", id: "round-name", name: "name", maxlength: 40, autocomplete: "off" });
  const mode = choices("mode", tr("modeLabel"), [["walk", tr("mode_walk")], ["cycle", tr("mode_cycle")], ["drive", tr("mode_drive")]]);
  const minutes = el("input", { type: "number", id: "round-minutes", name: "minutes", min: 1, max: 240, step: 1, value: 15, required: true });
  const ahead = el("input", { type: "number", id: "round-ahead", name: "until_days", min: 0, max: 366, step: 1, value: area.until_days, required: true });
  const share = el("input", { type: "number", id: "round-share", name: "share", min: 0, max: 100, step: 1, value: 10, required: true });
  const where = el("select", { id: "round-where", name: "where" });
  /** @type {string[]} */
  let areas = [];
  const offer = () => {
    const value = where.value || (draft.codes ? "codes" : state.area ? "drawn" : area.area);
    const options = /** @type {[string, string][]} */ ([["", tr("roundWhereAll")], ...(draft.codes ? [["codes", tr("roundWhereCodes", draft.codes.length)]] : []), ...(state.area ? [["drawn", tr("inArea")]] : []), ...areas.map((code) => [code, code])]);
    fill(where, options.map(([of, text]) => el("option", { value: of, selected: of === value }, text)));
  };
  offer();
  dueAreas(today).then((all) => { areas = all; offer(); if (area.area && !draft.codes && !state.area) where.value = area.area; }, () => {});
  areaDrawn = () => { offer(); if (state.area) where.value = "drawn"; };
  const teams = el("div", { class: "teams" });
  const trouble = el("p", { class: "form-error", role: "alert" });
  const progress = el("div", { class: "progress", hidden: true });
  const submit = el("button", { type: "submit", class: "main", id: "round-plan" }, icon("route"), tr("roundPlan"));
  const form = el("form", { id: "round-form", novalidate: true, oninput: () => { trouble.textContent = ""; }, onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); plan(); } },
    el("div", { class: "pair" }, labelled("day", tr("roundDay"), day), labelled("name", tr("roundName"), name)),
    labelled("area", tr("roundWhere"), where), el("p", { class: "hint" }, tr("roundWhereHint")),
    el("div", { class: "pair" }, labelled("minutes", tr("roundMinutes"), minutes), labelled("until_days", tr("dueAhead"), ahead)),
    mode,
    labelled("share", tr("roundShare"), share), el("p", { class: "hint" }, icon("shuffle"), tr("roundShareHint")),
    el("h3", null, tr("teams")), el("p", { class: "hint" }, tr("teamsHint")), teams,
    el("button", { type: "button", id: "team-add", onclick: () => { draft.teams.push(newTeam(map)); drawTeams(); document.getElementById(`team-${draft.teams.length - 1}-members`)?.focus(); } }, icon("plus"), tr("teamAdd")),
    trouble, progress, el("footer", null, el("button", { type: "button", onclick: acts.back }, tr("cancel")), submit));

  const drawTeams = () => {
    fill(teams, ...draft.teams.map(team));
    map.starts(draft.teams);
  };
  /** @param {TeamText} of @param {number} i */
  const team = (of, i) => {
    const id = (/** @type {string} */ key) => `team-${i}-${key}`;
    const text = (/** @type {"name" | "members" | "from" | "until" | "pause" | "most"} */ key, /** @type {string} */ field, /** @type {import("./i18n.js").Word} */ word, more = {}) => labelled(`teams[${i}].${field}`, tr(word),
      el("input", { type: "text", id: id(key), value: of[key], autocomplete: "off", oninput: (/** @type {Event} */ event) => { of[key] = /** @type {HTMLInputElement} */ (event.target).value; }, ...more }));
    const place = el("output", { class: "code" }, `${of.start[1].toFixed(5)}, ${of.start[0].toFixed(5)}`);
    const put = (/** @type {[number, number]} */ at) => { of.start = at; place.textContent = `${at[1].toFixed(5)}, ${at[0].toFixed(5)}`; map.starts(draft.teams); announce(tr("startSet")); };
    return el("fieldset", { class: "team", data: { team: i } }, el("legend", null, tr("teamOf", of.name || i + 1)),
      el("div", { class: "pair" }, text("name", "name", "teamName", { maxlength: 20 }), labelled(`teams[${i}].duty`, tr("dutyLabel"), el("select", { id: id("duty"), onchange: (/** @type {Event} */ event) => { of.duty = /** @type {api.Duty} */ (/** @type {HTMLSelectElement} */ (event.target).value); } },
        ["officer", "assistant"].map((duty) => el("option", { value: duty, selected: duty === of.duty }, dutyName(/** @type {api.Duty} */ (duty))))))),
      text("members", "members", "teamMembers", { placeholder: tr("teamMembersHint") }),
      el("div", { class: "pair" }, text("from", "from", "teamFrom", { inputmode: "numeric", placeholder: "14:00" }), text("until", "until", "teamUntil", { inputmode: "numeric", placeholder: "17:30" })),
      el("div", { class: "pair" }, text("pause", "breaks", "teamBreak", { placeholder: "15:30-16:30 15" }), text("most", "most_km", "teamMost", { inputmode: "decimal" })),
      el("div", { class: "field start", data: { field: `teams[${i}].start` } }, el("span", null, tr("teamStart")), place,
        el("button", { type: "button", onclick: () => { map.place(put); toast(tr("startHint")); } }, icon("pin"), tr("startOnMap")), el("button", { type: "button", onclick: () => put(map.centre()) }, tr("startCentre"))),
      el("div", { class: "team-foot" }, el("label", { class: "tick" }, el("input", { type: "checkbox", checked: of.open_end, onchange: (/** @type {Event} */ event) => { of.open_end = /** @type {HTMLInputElement} */ (event.target).checked; } }), el("span", null, tr("teamOpenEnd"))),
        draft.teams.length > 1 && el("button", { type: "button", class: "text", onclick: () => { draft.teams.splice(i, 1); drawTeams(); } }, tr("teamRemove"))));
  };

  async function plan() {
    clearErrors(form);
    trouble.textContent = "";
    const control = new AbortController();
    const bar = el("progress", { max: 1, value: 0, "aria-label": tr("roundPlanning") });
    const part = el("span", null, tr("roundPlanning"));
    fill(progress, part, bar, el("button", { type: "button", id: "round-cancel", onclick: () => control.abort() }, tr("cancel")));
    progress.hidden = false;
    submit.disabled = true;
    try {
      mustBeTimes();
      const taken = where.value;
      const round = /** @type {api.RoundDraft} */ ({
        day: day.value, name: name.value.trim(), mode: /** @type {HTMLInputElement} */ (form.querySelector("[name=mode]:checked")).value, minutes: Number(minutes.value), until_days: Number(ahead.value), share: Number(share.value) / 100,
        teams: draft.teams.map(asTeam), ...(taken === "drawn" && state.area ? { polygon: state.area } : taken === "codes" && draft.codes ? { houses: draft.codes } : taken ? { area: taken } : {}),
      });
      await acts.plan(round, (done) => { bar.value = done; part.textContent = `${tr("roundPlanning")} ${number(done * 100)}%`; }, control.signal);
      draft.codes = null;
    } catch (error) {
      if (api.stale(error)) announce(tr("roundCancelled"));
      else showErrors(form, trouble, error);
    } finally {
      progress.hidden = true;
      submit.disabled = false;
    }
  }
  drawTeams();
  return form;
}

/** What the server could not even read is told beside its field. */
function mustBeTimes() {
  const errors = draft.teams.flatMap(({ from, until, pause }, i) => [
    ...[["from", from], ["until", until]].filter(([, text]) => !/^\s*\d{1,2}:\d\d\s*$/.test(text)).map(([field, found]) => ({ field: `teams[${i}].${field}`, expected: "HH:MM", found })),
    ...(pause.trim() && !PAUSE.test(pause) ? [{ field: `teams[${i}].breaks`, expected: "15:30-16:30 15", found: pause }] : []),
  ]);
  if (errors.length) throw new api.Problem(422, { code: "invalid", title: tr("formFaulty"), title_zh: tr("formFaulty"), errors });
}

/** "15:30-16:30 15": begins between two times, so many minutes. */
const PAUSE = /^\s*(\d{1,2}:\d\d)\s*[-–~至]\s*(\d{1,2}:\d\d)\s+(\d+)\s*$/;

/** @param {TeamText} of @returns {api.Team} */
function asTeam({ name, duty, members, start, open_end, from, until, pause, most }) {
  const [, begin = "", end = "", long = ""] = PAUSE.exec(pause) ?? [];
  return {
    name: name.trim(), duty, members: members.split(/[,，、;；]/).map((one) => one.trim()).filter(Boolean), start, open_end, from: from.trim(), until: until.trim(),
    breaks: pause.trim() ? [{ from: begin, until: end, minutes: Number(long) }] : [], most_km: most.trim() ? Number(most) : null,
  };
}
