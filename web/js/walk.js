// A round as those see it who walk it: the next stop, the way there, and how it went in one tap. It works on while the line is cut.
import * as api from "./api.js";
import { plusDays } from "./calendar.js";
import { failingOften, secondsToWait, sendNow } from "./courier.js";
import { fieldInputs } from "./findings.js";
import { labelled, openForm } from "./form.js";
import { clockTime, distance, failingText, listed, longDay, outcomeName, pick, sentence, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { changeWaiting, enqueue, forget, keepRound, keptRound, keptRounds, mine, ofOthers, onOutbox } from "./outbox.js";
import { roundRows, roundTitle } from "./rounds.js";
import { badge } from "./stoplist.js";
import { may, set, state, watch } from "./state.js";
import { announce, el, fill, toast } from "./ui.js";
import { outcomeIcon, reasonText } from "./visits.js";

/** @typedef {api.Stop} Stop */
/** @typedef {import("./outbox.js").Waiting} Waiting */

/** The stop that was chosen by hand; else the next one. */
let chosen = "";
/** @type {{ room: HTMLElement, round: api.Round | null } | null} */
let on = null;
let ticking = 0;
/** The evening round for which the page went dark. */
let dimmed = "";
/** What stands beside a stop from other rooms, such as its photos. @type {(code: string) => import("./ui.js").Child} */
let beside = () => null;

/** @param {{ beside?: typeof beside, open: (code: string, at: [number, number]) => void }} acts */
export function startWalk(acts) {
  if (acts.beside) beside = acts.beside;
  const follow = () => { if (on?.room.isConnected && state.page === "walk" && !state.sel) draw(acts.open); };
  onOutbox(follow);
  watch(["me"], follow);
  addEventListener("online", follow);
  addEventListener("offline", follow);
  return (/** @type {HTMLElement} */ room, /** @type {api.Round | null} */ round) => {
    on = { room, round };
    if (round?.evening && round.id !== dimmed) {
      dimmed = round.id;
      set({ theme: "dark" }); // eyes that are used to the dark; the button in the head brings the light back
    }
    draw(acts.open);
  };
}

/** How a stop stands, with what was tapped here and may not have arrived yet. @param {api.Round} round @param {Stop} stop */
function stands(round, stop) {
  const here = mine().filter((one) => one.visit.round === round.id && one.code === stop.code && one.state !== "refused").at(-1);
  return here ? { state: here.visit.outcome, here } : { state: stop.state, here: null };
}

/** @param {(code: string, at: [number, number]) => void} open */
function draw(open) {
  if (!on) return;
  const { room, round } = on;
  clearTimeout(ticking);
  const focused = document.activeElement?.id;
  const head = el("div", { class: "card-top" }, el("button", { type: "button", class: "quiet", "aria-label": tr("back"), title: tr("back"), onclick: () => set(state.round ? { round: null } : { page: "" }) }, icon("back")),
    el("h2", null, round ? roundTitle(round) : tr("myRounds")), round && el("span", { class: "sub" }, longDay(round.day)),
    may("see_inspections") && el("button", { type: "button", class: "quiet end", "aria-label": tr("toPlanning"), title: tr("toPlanning"), onclick: () => set({ page: "rounds" }) }, icon("tasks")));
  const at = room.querySelector(".rounds-body")?.scrollTop ?? 0;
  const body = el("div", { class: "rounds-body" }, ...(round ? walking(round, open) : [waits(), chooser()]));
  fill(room, head, body);
  body.scrollTop = at;
  if (focused && room.contains(document.getElementById(focused))) document.getElementById(focused)?.focus({ preventScroll: true });
  if (mine().some((one) => one.state === "waiting")) tick(open);
}

/** Counts the seconds in which a tap can be taken back, and those until the next try; nothing else is drawn anew. @param {(code: string, at: [number, number]) => void} open */
function tick(open) {
  ticking = window.setTimeout(() => {
    if (!on?.room.isConnected || state.page !== "walk") return;
    const undo = document.getElementById("visit-undo");
    const last = lastTap();
    if (undo && !last) return draw(open);
    if (undo?.lastChild && last) undo.lastChild.textContent = tr("undoIn", secondsLeft(last));
    const next = document.getElementById("waits-next");
    if (next && secondsToWait()) next.textContent = tr("nextTry", secondsToWait());
    tick(open);
  }, 1000);
}

const toTop = () => on?.room.querySelector(".rounds-body")?.scrollTo({ top: 0 });

/** The tap that can still be taken back. */
const lastTap = () => mine().filter((one) => one.state === "waiting" && one.from > Date.now()).at(-1) ?? null;

/** @param {Waiting} one */
const secondsLeft = (one) => Math.max(1, Math.ceil((one.from - Date.now()) / 1000));

/** The rounds of today, from the server or as they are kept here. */
function chooser() {
  if (state.round) return el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  const list = el("section", { class: "part" }, el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i")));
  const today = state.site?.today ?? state.day;
  const pickOne = (/** @type {string} */ id) => { chosen = ""; set({ round: id }); };
  const kept = keptRounds().map(({ round }) => ({ ...round, teams: round.teams.length, stops: round.teams.flatMap((team) => team.stops).length, visited: round.teams.flatMap((team) => team.stops).filter((stop) => stop.state !== "planned").length, left_out: round.left_out.length, at_ms: 0 }));
  api.rounds(today, plusDays(today, 1)).then(({ rounds }) => rounds, () => kept)
    .then((rounds) => fill(list, rounds.length ? roundRows(rounds, pickOne) : el("div", { class: "empty" }, icon("route"), el("p", null, tr("walkNone")))));
  return list;
}

/** @param {api.Round} round @param {(code: string, at: [number, number]) => void} open @returns {import("./ui.js").Child[]} */
function walking(round, open) {
  const kept = keptRound(round.id);
  const at = Math.min(kept?.team ?? mineOf(round), round.teams.length - 1);
  const team = round.teams[at];
  const stops = team.stops;
  const left = stops.filter((stop) => stands(round, stop).state === "planned");
  const stop = stops.find((one) => one.code === chosen) ?? left[0] ?? null;
  const waiting = lastTap();
  const second = kept?.second || team.members.find((name) => name !== state.me.name) || "";
  return [
    waits(),
    round.teams.length > 1 && el("div", { class: "walk-team" }, el("label", { for: "walk-team" }, tr("myTeam")), el("select", { id: "walk-team", onchange: (/** @type {Event} */ event) => { chosen = ""; keepRound(round, { team: Number(/** @type {HTMLSelectElement} */ (event.target).value), second: "" }); } }, round.teams.map((one, i) => el("option", { value: i, selected: i === at }, [one.name, listed(one.members)].filter(Boolean).join(" · "))))),
    round.evening && el("div", { class: "walk-team" }, el("label", { for: "walk-second" }, tr("secondPerson")), el("input", { type: "text", id: "walk-second", value: second, maxlength: 80, autocomplete: "off", onchange: (/** @type {Event} */ event) => { keepRound(round, { second: /** @type {HTMLInputElement} */ (event.target).value.trim() }); } })),
    waiting && el("div", { class: "undo-bar" }, el("span", { role: "status" }, icon(outcomeIcon(waiting.visit.outcome)), `${waiting.address || waiting.code}: ${outcomeName(waiting.visit.outcome)}`), el("button", { type: "button", id: "visit-undo", onclick: () => { chosen = waiting.code; forget(waiting.id); announce(tr("takenBack")); } }, icon("undo"), tr("undoIn", secondsLeft(waiting)))),
    stop ? next(round, stop, at, second, open) : el("div", { class: "empty", id: "walk-end" }, icon("check"), el("p", null, tr("walkEnd", stops.length))),
    el("section", { class: "part" }, el("h3", null, badge(at, team.name), tr("walkStops"), el("small", null, tr("walkLeft", left.length, stops.length))),
      el("ol", { class: "walk-stops" }, stops.map((one) => {
        const { state: how, here } = stands(round, one);
        return el("li", { class: how }, el("button", { type: "button", data: { code: one.code }, "aria-current": one === stop ? "step" : undefined, onclick: () => { chosen = one.code; draw(open); toTop(); } }, badge(at, one.number),
          el("span", { class: "address" }, mark(one.tier), el("span", { class: "offscreen" }, tierName(one.tier)), one.address || one.code),
          el("small", null, how === "planned" ? clockTime(one.begins_s) : [icon(outcomeIcon(how)), outcomeName(how), here && here.state === "waiting" && el("span", { class: "tag" }, icon("hourglass"), tr("waitsTag"))])));
      }))),
  ];
}

/** The team in which the account is named, else the first one. @param {api.Round} round */
const mineOf = (round) => Math.max(0, round.teams.findIndex((team) => team.members.some((name) => name && state.me.name.includes(name))));

/** @param {api.Round} round @param {Stop} stop @param {number} team @param {string} second @param {(code: string, at: [number, number]) => void} open */
function next(round, stop, team, second, open) {
  const { state: how, here } = stands(round, stop);
  const today = state.site?.today ?? state.day;
  const name = stop.address || stop.code;
  /** @param {api.Outcome} outcome @param {api.VisitDraft["findings"]} [findings] */
  const record = async (outcome, findings) => {
    if (round.evening && !second) {
      document.getElementById("walk-second")?.focus();
      return toast(tr("secondNeeded"), "bad");
    }
    const now = new Date();
    const at = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
    try {
      chosen = "";
      await enqueue(stop, { date: round.day, at, outcome, evening: round.evening, second: round.evening ? second : "", round: round.id, ...(state.me.role === "assistant" ? {} : { duty: stop.duty }), ...(findings ? { findings } : {}) });
      await keepRound(round);
      announce(`${name}: ${outcomeName(outcome)}`);
      toTop();
    } catch {
      toast(tr("notKept"), "bad");
    }
  };
  const guides = /** @type {const} */ ([["geo", tr("navigateAny")], ["amap", tr("navigateAmap")], ["baidu", tr("navigateBaidu")], ["tencent", tr("navigateTencent")]]);
  return el("article", { class: "next-stop", id: "next-stop", data: { code: stop.code }, "aria-label": tr("nextStop") },
    el("p", { class: "next-head" }, badge(team, stop.number), el("span", null, tr(how === "planned" ? "nextStop" : "thisStop")), el("b", null, clockTime(stop.begins_s)), el("span", { class: "sub" }, distance(stop.length_m))),
    el("h3", null, mark(stop.tier), el("span", { class: "offscreen" }, tierName(stop.tier)), name),
    el("p", { class: "sub" }, el("span", { class: "code" }, stop.code), " · ", tierName(stop.tier), stop.reason && ` · ${reasonText(stop.reason)}`, stop.days_overdue !== null && stop.days_overdue > 0 && el("span", { class: "late" }, ` · ${tr("overdueBy", stop.days_overdue)}`), stop.drawn && el("span", { class: "tag" }, icon("shuffle"), tr("byLot"))),
    el("div", { class: "guides" }, guides.map(([key, text]) => el("a", { href: stop.links[key], ...(key === "geo" ? { class: "main" } : {}), ...(stop.links[key].startsWith("http") ? { target: "_blank", rel: "noopener noreferrer" } : {}) }, key === "geo" && icon("compass"), text))),
    how !== "planned" && el("p", { class: "note" }, icon(outcomeIcon(how)), ` ${outcomeName(how)}${here?.state === "waiting" ? ` · ${tr("waitsTag")}` : ""}`),
    // Where nobody was home one may call again on the way back.
    !may("record_visit") || how === "done" || how === "refused" ? null
      : round.day > today ? el("p", { class: "note" }, tr("walkLater", longDay(round.day)))
      : el("div", { class: "outcomes" },
        el("button", { type: "button", class: "main", id: "visit-done", onclick: () => record("done") }, icon("check"), outcomeName("done")),
        el("button", { type: "button", id: "visit-nobody", onclick: () => record("nobody_home") }, icon("home"), outcomeName("nobody_home")),
        el("button", { type: "button", id: "visit-refused", onclick: () => record("refused") }, icon("cross"), outcomeName("refused")),
        may("record_event") && el("button", { type: "button", id: "visit-findings", onclick: () => openFindings(name, (findings) => record("done", findings)) }, icon("paper"), tr("doneWithFindings"))),
    beside(stop.code),
    el("button", { type: "button", class: "text", onclick: () => open(stop.code, [stop.lon, stop.lat]) }, tr("openCard")));
}

/** What was found, as the policy asks for it. @param {string} name @param {(findings: { kind: string } & Record<string, string | number>) => Promise<void>} record */
function openFindings(name, record) {
  const { policy } = state;
  if (!policy) return toast(tr("trouble"), "bad");
  const fields = el("div", { class: "fields" });
  const kind = el("select", { id: "findings-kind", name: "kind" }, Object.entries(policy.kinds).sort(([, a], [, b]) => Number(b.fields.length > 0) - Number(a.fields.length > 0)).map(([of, { title }]) => el("option", { value: of }, sentence(title))));
  const show = () => fill(fields, ...fieldInputs(policy, kind.value));
  kind.addEventListener("change", show);
  show();
  openForm("findings", tr("findingsTitle", name), tr("findingsSave"), async (form) => {
    /** @type {{ kind: string } & Record<string, string | number>} */
    const findings = { kind: kind.value };
    for (const [field, value] of new FormData(form)) if (value !== "") findings[field] = policy.fields[field]?.number ? Number(value) : String(value);
    if (policy.kinds[kind.value]?.fields.length && Object.keys(findings).length < 2) throw new Error(tr("recordEmpty"));
    await record(findings);
  }, labelled("kind", tr("recordKind"), kind), fields);
}

/** What waits here, what was refused, and what belongs to others. */
function waits() {
  const items = mine();
  const open = items.filter((one) => one.state === "waiting");
  const bad = items.filter((one) => one.state === "refused" || one.state === "waiting" && failingOften(one.id));
  const stored = items.filter((one) => one.state === "stored").length;
  const wait = secondsToWait();
  return el("div", { class: "waits", id: "waits" },
    el("p", { role: "status" }, open.length ? [icon("hourglass"), el("b", { id: "waits-count" }, tr("visitsWait", open.length))] : stored ? [icon("check"), el("b", { id: "waits-count" }, tr("visitsStored", stored))] : null,
      open.length > 0 && !navigator.onLine && el("span", null, tr("noLine"))),
    open.length > 0 && wait > 0 && navigator.onLine && el("span", { id: "waits-next" }, tr("nextTry", wait)),
    open.length > 0 && wait > 0 && el("button", { type: "button", class: "text", onclick: () => sendNow() }, tr("retry")),
    ofOthers() > 0 && el("p", null, tr("visitsOfOthers", ofOthers())),
    bad.length > 0 && el("ul", { class: "refusals" }, bad.map((one) => el("li", null, icon("bad"), el("div", null, el("b", null, `${one.address || one.code}: ${outcomeName(one.visit.outcome)}`), el("small", null, why(one))),
      el("button", { type: "button", class: "text", onclick: () => changeWaiting(one.id, { state: "waiting", trouble: null }).then(() => sendNow(one.id)) }, tr("tryAgain")), el("button", { type: "button", class: "text", onclick: () => forget(one.id) }, tr("forgetIt"))))));
}

/** Why a visit did not go. @param {Waiting} one */
function why(one) {
  const failing = one.state === "waiting" ? failingOften(one.id) : null;
  return failing ? failingText(failing) : pick(one.trouble);
}
