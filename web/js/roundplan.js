// One round as its planner sees it: teams and stops, what is left out and why, changes by hand and planning again, files to carry along.
import * as api from "./api.js";
import { listed, longDay, misfitName, number, pick, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { openPaper, savePaper } from "./paper.js";
import { may, state } from "./state.js";
import { roundSaid, stopLists } from "./stoplist.js";
import { announce, el, toast } from "./ui.js";

/** @typedef {api.Round} Round */
/** @typedef {{ round: Round, changes: api.RoundChanges | null, faults: string[], busy: string, before: Round[] }} Open what is on the desk; `before`: rounds as they were, to go back to */

/** @type {Open | null} */
let on = null;
/** @type {AbortController | null} */
let control = null;
let part = 0;

/** Puts a round on the desk. @param {Round} round */
export function putRound(round) {
  if (on?.round.id === round.id) {
    if (round.revision !== on.round.revision) on = { ...on, round, changes: null, faults: [] };
  } else {
    control?.abort();
    on = { round, changes: null, faults: [], busy: "", before: [] };
  }
}

/** Whether the desk works on this round at the moment. @param {string} id */
export const working = (id) => on?.round.id === id && Boolean(on.busy);

/**
 * @param {{ draw: () => void, open: (code: string, at: [number, number]) => void, changed: (round: Round) => void, walk: () => void }} acts
 * @returns {import("./ui.js").Child[]}
 */
export function roundParts(acts) {
  if (!on) return [];
  const here = on;
  const { round, changes, faults, busy } = here;
  const mayChange = may("plan_rounds") && round.day >= (state.site?.today ?? round.day);
  const names = new Map([...round.teams.flatMap((team) => team.stops), ...round.left_out, ...round.dropped].map((stop) => [stop.code, stop.address || stop.code]));
  const changed = new Set(changes ? [...changes.moved, ...changes.added] : []);

  /**
   * Runs one change; what the server refuses leaves the round as it was and is told.
   * @param {string} word what is being done @param {() => Promise<api.Planned>} act @param {boolean} [undoable]
   */
  const run = async (word, act, undoable = true) => {
    if (here.busy) return;
    [here.busy, here.faults, part] = [word, [], 0];
    acts.draw();
    try {
      const { round: next, changes: what = null } = await act();
      if (undoable) here.before.push(here.round);
      [here.round, here.changes] = [next, what];
      acts.changed(next);
      if (what) toast(changesText(what, names)); // the list may be scrolled away from what stands above it
      else announce(tr("roundSaved"));
    } catch (error) {
      if (api.stale(error)) announce(tr("roundCancelled"));
      else if (error instanceof api.Problem) {
        here.faults = [troubleText(error), ...error.errors.map((fault) => [names.get(fault.found ?? "") ?? fault.found, misfitName(fault.field) || misfitName(fault.code) || fault.expected].filter(Boolean).join(": "))];
        if (error.code === "round_changed") [here.round, here.changes, here.before] = [await api.round(round.id), null, []];
      } else toast(troubleText(error), "bad");
    } finally {
      here.busy = "";
      acts.draw();
      if (here.faults.length) document.getElementById("round-faults")?.scrollIntoView({ block: "center" });
    }
  };
  /** Plans again; the lines of the answer tell how far it is. @param {{ add?: string[] }} change */
  const replan = async (change) => {
    control = new AbortController();
    return planned(api.replanRound(round.id, { revision: here.round.revision, ...change }, control.signal), (done) => {
      part = done;
      const bar = /** @type {HTMLProgressElement | null} */ (document.getElementById("replan-bar"));
      if (bar) bar.value = done;
    });
  };
  const orderOf = (/** @type {Round} */ of) => of.teams.map((team) => team.stops.filter((stop) => stop.state === "planned").map((stop) => stop.code));
  const undo = () => run(tr("undoing"), async () => {
    const was = /** @type {Round} */ (here.before.at(-1));
    const open = new Set(here.round.teams.flatMap((team) => team.stops).concat(here.round.left_out).filter((stop) => stop.state === "planned").map((stop) => stop.code));
    const back = orderOf(was).flat().filter((code) => here.round.dropped.some((stop) => stop.code === code));
    let now = back.length ? (await replan({ add: back })).round : here.round;
    for (const code of back) open.add(code);
    let what = null;
    if (JSON.stringify(orderOf(now)) !== JSON.stringify(orderOf(was))) ({ round: now, changes: what = null } = await api.orderRound(round.id, now.revision, orderOf(was).map((codes) => codes.filter((code) => open.has(code)))));
    for (const stop of was.teams.flatMap((team) => team.stops)) {
      const stands = now.teams.flatMap((team) => team.stops).find((other) => other.code === stop.code);
      if (stands && stands.state === "planned" && stands.locked !== stop.locked) ({ round: now } = await api.changeStop(round.id, stop.code, now.revision, stop.locked ? "lock" : "unlock"));
    }
    const gone = now.left_out.filter((stop) => ![...orderOf(was).flat(), ...was.left_out.map((other) => other.code)].includes(stop.code));
    for (const { code } of gone) if (was.dropped.some((stop) => stop.code === code)) ({ round: now } = await api.changeStop(round.id, code, now.revision, "drop"));
    here.before.pop();
    return { round: now, ...(what ? { changes: what } : {}) };
  }, false);

  return [
    el("p", { class: "said", id: "round-said" }, roundSaid(round.teams)),
    el("p", { class: "ways-by" }, icon("route"), round.ways.by === "streets" ? tr("waysStreets", round.ways.name, round.ways.attribution) : tr("waysStraight", number(round.ways.factor, 2)), ` · ${tr(`mode_${round.mode}`)} · ${tr("minutesEach", round.minutes)}`, round.evening && el("span", { class: "tag" }, tr("eveningCheck"))),
    round.random && el("p", { class: "ways-by", id: "round-lot" }, icon("shuffle"), tr("lotSaid", round.random.drawn, round.random.candidates, number(round.random.probability * 100, 2), round.seed)),
    mayChange && el("div", { class: "round-tools", role: "toolbar", "aria-label": tr("roundTools") },
      el("button", { type: "button", id: "replan", disabled: Boolean(busy), onclick: () => run(tr("roundPlanning"), () => replan({})) }, icon("redo"), tr("replan")),
      el("button", { type: "button", id: "round-undo", disabled: Boolean(busy) || !here.before.length, onclick: undo }, icon("undo"), tr("undoIt")),
      el("button", { type: "button", onclick: acts.walk }, icon("next"), tr("walkIt"))),
    !mayChange && el("div", { class: "round-tools" }, el("button", { type: "button", class: "main", onclick: acts.walk }, icon("next"), tr("walkIt"))),
    busy && el("div", { class: "progress" }, el("span", null, busy), el("progress", { id: "replan-bar", max: 1, value: part, "aria-label": busy }), control && el("button", { type: "button", onclick: () => control?.abort() }, tr("cancel"))),
    faults.length > 0 && el("div", { class: "fault", role: "alert", id: "round-faults" }, icon("cross"), el("div", null, el("b", null, tr("notPossible")), el("ul", null, faults.map((text) => el("li", null, text))))),
    changes && el("p", { class: "note changes", id: "round-changes" }, icon("check"), changesText(changes, names)),
    stopLists(round.teams, changed, mayChange && !busy ? {
      order: (teams) => run(tr("ordering"), () => api.orderRound(round.id, here.round.revision, teams)),
      lock: (stop) => run(tr("saving"), () => api.changeStop(round.id, stop.code, here.round.revision, stop.locked ? "unlock" : "lock")),
      drop: (stop) => run(tr("saving"), () => api.changeStop(round.id, stop.code, here.round.revision, "drop")),
      open: (stop) => acts.open(stop.code, [stop.lon, stop.lat]),
    } : null),
    mayChange && addForm((code) => run(tr("roundPlanning"), () => replan({ add: [code] }))),
    round.left_out.length > 0 && el("details", { class: "task-group", id: "left-out" }, el("summary", null, icon("help"), el("b", null, tr("leftOut")), el("span", { class: "badge" }, number(round.left_out.length))),
      el("ul", { class: "left-out" }, round.left_out.map((stop) => el("li", null, el("button", { type: "button", class: "stop-name", onclick: () => acts.open(stop.code, [stop.lon, stop.lat]) }, el("span", { class: "address" }, names.get(stop.code)), el("small", null, stop.why ? pick(stop.why) : "")),
        stop.why?.help && el("small", { class: "help" }, icon("up"), tr("wouldFit", pick(stop.why.help))),
        mayChange && el("button", { type: "button", class: "text", disabled: Boolean(busy), "aria-label": tr("addStop", names.get(stop.code) ?? ""), onclick: () => run(tr("roundPlanning"), () => replan({ add: [stop.code] })) }, tr("addIt")))))),
    round.dropped.length > 0 && el("details", { class: "task-group", id: "dropped", open: true }, el("summary", null, icon("trash"), el("b", null, tr("droppedStops")), el("span", { class: "badge" }, number(round.dropped.length))),
      el("ul", { class: "left-out" }, round.dropped.map((stop) => el("li", null, el("span", { class: "address" }, names.get(stop.code)), mayChange && el("button", { type: "button", class: "text", disabled: Boolean(busy), onclick: () => run(tr("roundPlanning"), () => replan({ add: [stop.code] })) }, tr("bringBack")))))),
    files(round),
    el("p", { class: "policy" }, tr("roundMade", round.made_by, longDay(round.day)), " ", tr("roundSeed", round.iterations, round.seed)),
  ];
}

/** What a new plan changed, with the houses by name. @param {api.RoundChanges} of @param {Map<string, string>} names */
export function changesText({ moved, added, dropped }, names) {
  const list = (/** @type {string[]} */ codes) => listed(codes.slice(0, 6).map((code) => names.get(code) ?? code)) + (codes.length > 6 ? "…" : "");
  const parts = [moved.length && tr("stopsMoved", moved.length, list(moved)), added.length && tr("stopsAdded", added.length, list(added)), dropped.length && tr("stopsDropped", dropped.length, list(dropped))].filter(Boolean);
  return parts.length ? parts.join(" ") : tr("nothingMoved");
}

/**
 * The result of long work, after its lines of progress.
 * @param {AsyncGenerator<api.PlanLine, void, void>} lines
 * @param {(part: number) => void} progress
 */
export async function planned(lines, progress) {
  for await (const line of lines) {
    if (line.progress !== undefined) progress(line.progress);
    if (line.problem) throw new api.Problem(422, line.problem);
    if (line.result) return line.result;
  }
  throw new api.Gone("the answer ended early");
}

/** @param {(code: string) => void} add */
function addForm(add) {
  const code = el("input", { type: "text", id: "round-add", "aria-label": tr("addLabel"), placeholder: tr("addHint"), autocomplete: "off", spellcheck: false });
  return el("form", { class: "round-add", onsubmit: async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const words = code.value.trim();
    if (!words) return;
    try {
      const { houses } = await api.search(words, state.day);
      const hit = houses.find((house) => house.code === words) ?? (houses.length === 1 ? houses[0] : null);
      if (hit) add(hit.code);
      else toast(houses.length ? tr("addMany", houses.length) : tr("searchNone"), "bad");
    } catch (error) {
      toast(troubleText(error), "bad");
    }
  } }, code, el("button", { type: "submit" }, icon("plus"), tr("addIt")));
}

/** @param {Round} round */
function files(round) {
  const team = el("select", { id: "round-team", "aria-label": tr("teams") }, el("option", { value: "" }, tr("teamsAll")), round.teams.map((one, i) => el("option", { value: i }, tr("teamOf", one.name))));
  const name = `${tr("round")}-${round.day}`;
  const save = (/** @type {"round.gpx" | "round.kml" | "round.geojson"} */ file) => async () => {
    try {
      const url = URL.createObjectURL(await api.roundFile(round.id, file, team.value));
      savePaper(`${name}${team.value && `-${round.teams[Number(team.value)].name}`}.${file.split(".")[1]}`, url);
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      toast(troubleText(error), "bad");
    }
  };
  const sheet = (/** @type {string} */ paper) => () => openPaper(name, () => api.roundFile(round.id, "sheet.pdf", team.value, paper));
  return el("section", { class: "part" }, el("h3", null, tr("carryAlong")), el("div", { class: "round-files" }, team,
    el("button", { type: "button", id: "round-sheet", onclick: sheet("a4") }, icon("print"), tr("sheetOf", "A4")), el("button", { type: "button", onclick: sheet("a5") }, icon("print"), tr("sheetOf", "A5")),
    el("button", { type: "button", onclick: save("round.gpx") }, icon("download"), "GPX"), el("button", { type: "button", onclick: save("round.kml") }, icon("download"), "KML"), el("button", { type: "button", onclick: save("round.geojson") }, icon("download"), "GeoJSON")));
}
