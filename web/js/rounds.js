// The rounds: which there are and what is due, a new one, and the one that is open; drawn on the map too.
import * as api from "./api.js";
import { plusDays } from "./calendar.js";
import { dueList } from "./due.js";
import { longDay, number, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { forgetReopened, keepRound, keptRound, storedOf } from "./outbox.js";
import { chooseHouses, roundForm, teamsAsLast } from "./roundform.js";
import { planned, putRound, roundParts, working } from "./roundplan.js";
import { roundSaid } from "./stoplist.js";
import { may, set, state, watch } from "./state.js";
import { announce, byId, el, fill, paused, phone } from "./ui.js";

/** @typedef {import("./map/map.js").RoundDrawing} RoundDrawing */

/** @type {RoundDrawing} */
const EMPTY = { type: "FeatureCollection", features: [] };

/** @type {api.RoundSummary[] | null} */
let summaries = null;
/** @type {api.Round | null} */
let shown = null;
/** @type {unknown} */
let trouble = null;

/** Opens the form of a new round for these houses (a cluster, a list), or for the drawn area when none are given. @param {string[]} [codes] */
export function draftRound(codes) {
  chooseHouses(codes ?? null);
  set({ page: "rounds", round: "new", sel: null, halo: null });
}

/** Whether somebody here has to do with rounds at all. */
export const onRounds = () => (state.page === "rounds" && (may("see_rounds") || may("see_inspections"))) || (state.page === "walk" && may("see_rounds"));

/**
 * @param {{ open: (code: string, at: [number, number]) => void, draw: (drawing: RoundDrawing) => void, frame: (places: [number, number][]) => void, centre: () => [number, number], place: (act: ((at: [number, number]) => void) | null) => void, walk: (room: HTMLElement, round: api.Round | null) => void }} acts
 */
export function startRounds(acts) {
  const button = byId("rounds-open");
  button.addEventListener("click", () => set({ page: onRounds() ? "" : phone() && may("record_visit") && may("see_rounds") ? "walk" : "rounds", round: null, sel: null, halo: null }));
  const badge = () => {
    button.hidden = !may("see_rounds") && !may("see_inspections");
    button.setAttribute("aria-pressed", String(onRounds()));
    button.title = tr("rounds");
    fill(button, icon("route"), el("span", { class: "name" }, tr("rounds")));
  };
  let control = new AbortController();
  /** What the map shows of it, asked once for each revision; and whether it shows anything. */
  let drawn = "";
  let painted = false;

  const paint = async () => {
    const { round } = state;
    if (!onRounds() || !shown || round !== shown.id) {
      if (painted && !(onRounds() && round === "new")) acts.draw(EMPTY);
      [drawn, painted] = ["", painted && onRounds() && round === "new"];
      return;
    }
    const of = shown;
    const key = `${of.id} ${of.revision}`;
    if (key === drawn) return;
    const first = !drawn.startsWith(of.id);
    drawn = key;
    /** @type {[number, number][]} */
    const places = [...of.teams.map((team) => team.start), ...of.teams.flatMap((team) => team.stops).map((stop) => /** @type {[number, number]} */ ([stop.lon, stop.lat]))];
    /** @type {RoundDrawing} */
    let drawing;
    try {
      drawing = await api.roundDrawing(of.id);
    } catch {
      drawing = plain(of); // the line is cut: the stops that are kept, without their ways
    }
    if (drawn !== key) return;
    painted = true;
    acts.draw({ ...drawing, features: [...drawing.features, ...starts(of.teams)] });
    if (first) acts.frame(places);
  };

  const load = paused(60, async () => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    if (!onRounds()) return draw();
    try {
      trouble = null;
      const today = state.site?.today ?? state.day;
      const { round } = state;
      if (round && round !== "new") {
        if (!working(round)) {
          const stored = await storedOf(round).catch(() => []);
          shown = await api.round(round, signal);
          await forgetReopened(stored, shown).catch(() => {});
        }
        if (signal.aborted) return;
        if (shown && (state.page === "walk" || keptRound(shown.id))) await keepRound(shown).catch(() => {});
      } else if (may("see_rounds")) {
        ({ rounds: summaries } = await api.rounds(plusDays(today, -7), plusDays(today, 60), signal));
        if (round === "new" && summaries[0]) teamsAsLast((await api.round(summaries[0].id, signal)).teams);
      }
    } catch (error) {
      if (api.stale(error) || signal.aborted) return;
      const kept = state.round && keptRound(state.round);
      if (kept && error instanceof api.Gone) shown = kept.round;
      else trouble = error;
    }
    if (signal.aborted) return;
    if (shown && shown.id === state.round) putRound(shown);
    draw();
  });

  /** What stands in the room, so that a form under somebody's hands is not drawn anew. */
  let standing = "";
  const draw = (/** @type {boolean} */ anew = false) => {
    badge();
    const room = byId("rounds");
    if (!onRounds()) { standing = ""; fill(room); return paint(); }
    const key = `${state.page} ${state.round} ${state.lang} ${state.me.name}`;
    if (!anew && key === standing && state.round === "new" && document.getElementById("round-form")) return;
    const [at, focused] = [key === standing ? room.querySelector(".rounds-body")?.scrollTop ?? 0 : 0, document.activeElement?.id];
    const open = new Set([.../** @type {NodeListOf<HTMLDetailsElement>} */ (room.querySelectorAll("details[open]"))].map((node) => node.id));
    const same = key === standing;
    standing = key;
    const round = state.round && shown?.id === state.round ? shown : null;
    if (state.page === "walk") acts.walk(room, round);
    else fill(room, top(round), el("div", { class: "rounds-body" }, ...body(round)));
    if (same) for (const node of room.querySelectorAll("details")) if (node.id && node.id !== "dropped") node.open = open.has(node.id);
    room.querySelector(".rounds-body")?.scrollTo({ top: at });
    if (focused && room.contains(document.getElementById(focused))) document.getElementById(focused)?.focus({ preventScroll: true });
    paint();
  };

  /** @param {api.Round | null} round */
  const top = (round) => el("div", { class: "card-top" },
    el("button", { type: "button", class: "quiet", "aria-label": tr("back"), title: tr("back"), onclick: () => { acts.place(null); set(state.round ? { round: null } : { page: "" }); } }, icon("back")),
    el("h2", null, state.round === "new" ? tr("roundNew") : round ? roundTitle(round) : tr("rounds")), round && el("span", { class: "sub" }, longDay(round.day)));

  /** @param {api.Round | null} round @returns {import("./ui.js").Child[]} */
  const body = (round) => {
    if (trouble) return [el("div", { class: "empty" }, icon("help"), el("p", null, tr("troubleLoad"), troubleText(trouble)), el("button", { type: "button", onclick: () => load() }, tr("retry")))];
    if (state.round === "new" && may("plan_rounds")) return [roundForm({ centre: acts.centre, place: acts.place, starts: (teams) => { [drawn, painted] = ["", true]; acts.draw({ type: "FeatureCollection", features: starts(teams) }); } }, { plan, back: () => { acts.place(null); set({ round: null }); } })];
    if (state.round && state.round !== "new") return round ? roundParts({ draw: () => draw(true), open: acts.open, changed: (next) => { shown = next; }, walk: () => set({ page: "walk" }) }) : [el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i"), el("i"))];
    const today = state.site?.today ?? state.day;
    return [
      may("see_rounds") && el("section", { class: "part", id: "round-list" }, el("h3", null, tr("rounds"), may("plan_rounds") && el("button", { type: "button", class: "main", id: "round-new", onclick: () => set({ round: "new" }) }, icon("plus"), tr("roundNew"))),
        summaries === null ? el("div", { class: "skeleton", "aria-hidden": "true" }, el("i")) : summaries.length ? roundRows(summaries, (id) => set({ round: id })) : el("p", { class: "note" }, tr("roundsNone"))),
      may("see_inspections") && el("section", { class: "part", id: "due" }, el("h3", null, tr("due"), el("small", null, tr("asOf", longDay(today)))), dueList(today, acts.open)),
    ];
  };

  /** @param {api.RoundDraft} of @param {(part: number) => void} progress @param {AbortSignal} signal */
  const plan = async (of, progress, signal) => {
    const { round } = await planned(api.planRound(of, signal), progress);
    shown = round;
    putRound(round);
    set({ round: round.id });
    announce(roundSaid(round.teams));
  };

  watch(["page", "round", "me", "revision"], load);
  watch(["page", "round"], () => { if (state.round !== "new") draw(); }); // a form waits for the teams of the last round
  document.addEventListener("visibilitychange", () => { if (!document.hidden && onRounds() && state.round !== "new") load(); });
  watch(["lang"], () => draw(true));
  badge();
  load();
}

/** @param {Pick<api.Round, "name" | "evening">} round */
export const roundTitle = (round) => round.name || tr(round.evening ? "roundEvening" : "round");

/** @param {api.RoundSummary[]} list @param {(id: string) => void} open */
export const roundRows = (list, open) => el("ul", { class: "round-rows" }, list.map((one) => el("li", null, el("button", { type: "button", class: "task", data: { round: one.id }, onclick: () => open(one.id) },
  el("span", { class: "address" }, icon(one.evening ? "moon" : "route"), `${longDay(one.day)} · ${roundTitle(one)}`), el("span", { class: "what" }, tr("roundRow", one.teams, one.stops, one.left_out)),
  el("small", null, tr("roundGone", `${number(one.visited)} / ${number(one.stops)}`))))));

/** Where teams set out, for the map. @param {{ start: [number, number], name: string }[]} teams @returns {RoundDrawing["features"]} */
const starts = (teams) => teams.map(({ start, name }, team) => ({ type: "Feature", properties: { team, number: 0, name, state: "start" }, geometry: { type: "Point", coordinates: start } }));

/** The stops of a round without their ways. @param {api.Round} of @returns {RoundDrawing} */
const plain = (of) => ({ type: "FeatureCollection", features: of.teams.flatMap((one, team) => one.stops.map((stop) => ({ type: /** @type {const} */ ("Feature"), properties: { team, number: stop.number, code: stop.code, tier: stop.tier, state: stop.state }, geometry: { type: "Point", coordinates: [stop.lon, stop.lat] } }))) });
