// Studies: questions about where red houses stand, in an honest ledger. The room beside the map: which studies there are, a new one, and the
// one that is open with its question, its card and its ledger; the card's groups on the map.
import * as api from "./api.js";
import { circleRound } from "./area.js";
import { clearErrors, labelled, openForm, showErrors } from "./form.js";
import { drawingOf, likelyOf } from "./groups.js";
import { longDay, moment, pick, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { ledgerPart } from "./ledger.js";
import { keepArea, startPencilCount } from "./pencilcount.js";
import { questionForm, turnTo } from "./questionform.js";
import { resultCard } from "./resultcard.js";
import { draftRound } from "./rounds.js";
import { showTab } from "./sheet.js";
import { may, set, state, watch } from "./state.js";
import { announce, byId, el, fill, phone, toast } from "./ui.js";

/** @type {api.Study[] | null} */
let list = null;
/** @type {api.Ledger | null} */
let ledger = null;
/** @type {api.ResultCard | null} */
let card = null;
/** @type {api.Places | null} */
let places = null;
let chosen = 0;
let hinted = 0;
/** @type {unknown} */
let trouble = null;
/** The question on its way. @type {{ control: AbortController, bar: HTMLProgressElement, said: HTMLElement } | null} */
let running = null;

export const onStudies = () => state.page === "studies" && may("see_work");

/**
 * @param {{ open: (code: string, at: [number, number]) => void, draw: (drawing: import("./map/map.js").GroupDrawing) => void, frame: (places: [number, number][]) => void, pencil: () => void }} acts
 * @returns {(group: number) => void} a group was picked on the map
 */
export function startStudies(acts) {
  const button = byId("studies-open");
  button.addEventListener("click", () => set({ page: onStudies() ? "" : "studies", sel: null, halo: null, round: null }));
  const badge = () => {
    button.hidden = !may("see_work");
    button.setAttribute("aria-pressed", String(onStudies()));
    button.title = tr("studies");
    fill(button, icon("chart"), el("span", { class: "name" }, tr("studies")));
  };

  const rowOf = () => ledger?.questions.find(({ number }) => number === card?.number);
  const paint = () => acts.draw(onStudies() && ledger ? drawingOf(card, rowOf(), places, hinted || chosen) : { type: "FeatureCollection", features: [] });

  let control = new AbortController();
  const load = async () => {
    if (!onStudies()) return paint();
    control.abort();
    control = new AbortController();
    const { signal } = control;
    const { study } = state;
    if (ledger?.id !== study) forget();
    try {
      if (study) ledger = await api.studyOf(study, signal);
      else list = (await api.studies(signal)).studies;
      if (signal.aborted) return;
      trouble = null;
    } catch (error) {
      if (api.stale(error) || signal.aborted) return;
      trouble = error;
    }
    draw();
    paint();
  };
  const forget = () => {
    running?.control.abort();
    [ledger, card, places, chosen, hinted, running] = [null, null, null, 0, 0, null];
    keepArea(null);
  };

  const draw = () => {
    if (!onStudies()) return;
    const room = byId("studies");
    const [focused, at] = [document.activeElement?.id, room.scrollTop];
    const unfolded = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (room.querySelectorAll("details"))].map(({ open }) => open);
    fill(room, ...(state.study ? studyParts() : listParts()));
    const folds = [.../** @type {NodeListOf<HTMLDetailsElement>} */ (room.querySelectorAll("details"))];
    if (folds.length === unfolded.length) folds.forEach((fold, i) => { fold.open = unfolded[i]; });
    room.scrollTop = at;
    if (focused && room.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused)?.focus({ preventScroll: true });
  };

  const top = (/** @type {string} */ title, /** @type {() => void} */ back, /** @type {import("./ui.js").Child} */ more) => el("div", { class: "card-top" },
    el("button", { type: "button", class: "quiet", "aria-label": tr("back"), title: tr("back"), onclick: back }, icon("back")), el("h2", null, title), more);
  const wait = () => (trouble ? el("div", { class: "empty" }, icon("help"), el("p", null, tr("troubleLoad"), troubleText(trouble)), el("button", { type: "button", onclick: load }, tr("retry"))) : el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i"), el("i")));

  const listParts = () => [top(tr("studies"), () => set({ page: "" }), null),
    el("p", { class: "study-intro" }, tr("studiesMean")),
    may("analyse") && el("button", { type: "button", id: "study-new", class: "main", onclick: openNew }, icon("plus"), tr("studyNew")),
    !list ? wait() : list.length ? el("ul", { class: "studies" }, list.map((study) => el("li", null, el("button", { type: "button", id: `study-${study.id}`, onclick: () => set({ study: study.id }) },
      el("b", null, study.name), el("small", null, `${study.author} · ${moment(new Date(study.at_ms).toISOString())} · ${study.areas?.join(", ") ?? tr("wholeSite")}`))))) : el("p", { class: "note" }, tr("studiesNone"))];

  const openNew = () => {
    const name = el("input", { id: "study-name", name: "name", required: true, maxlength: 120, value: `${tr("study")} ${longDay(state.site?.today ?? state.day)}` });
    const area = el("input", { id: "study-area", name: "area", list: "study-areas", autocomplete: "off", placeholder: tr("studyAreaAll") });
    const alpha = el("select", { id: "study-alpha", name: "alpha" }, ["0.05", "0.01", "0.1"].map((value) => el("option", { value }, value)));
    openForm("new-study", tr("studyNew"), tr("studyOpen"), async () => {
      const made = await api.openStudy({ name: name.value, area: area.value.trim() || undefined, alpha: Number(alpha.value) });
      set({ study: made.id });
    }, labelled("name", tr("studyName"), name), labelled("area", tr("studyArea"), area), el("datalist", { id: "study-areas" }, (state.me.areas ?? []).map((code) => el("option", { value: code }))),
    labelled("alpha", tr("studyAlpha"), alpha), el("p", { class: "hint" }, tr("studyAlphaHint")));
    name.select();
  };

  const studyParts = () => {
    const head = top(ledger?.name ?? tr("study"), () => set({ study: null }), null);
    if (!ledger) return [head, wait()];
    const row = rowOf();
    return [head, el("p", { class: "asked-so-far", id: "asked-so-far" }, icon("scales"), tr("ledgerSaid", ledger.questions_so_far)),
      ledger.questions_elsewhere > 0 && el("p", { class: "asked-elsewhere", id: "asked-elsewhere" }, tr("ledgerElsewhere", ledger.questions_elsewhere)),
      card && resultCard(card, row, ledger.questions_so_far, places, chosen, {
        choose, hint: (group) => { hinted = group; paint(); }, open: acts.open, plan: (codes) => draftRound(codes),
        point: (member) => set({ halo: member && { code: member.house.code, lng: member.at[0], lat: member.at[1] } }),
        watch: ({ centre, radius_m: radius }) => { if (centre && radius) watchArea(circleRound({ lng: centre[0], lat: centre[1] }, Math.max(radius, 20))); },
        again: (day) => { if (row) ask({ date: day, as: row.as, area: row.area ?? undefined, other: row.other ?? undefined, ask: row.ask }); },
        test: () => { turnTo("scan"); card = places = null; draw(); paint(); byId("ask").focus(); },
        close: () => { card = places = null; chosen = 0; draw(); paint(); byId("asked-so-far").scrollIntoView({ block: "nearest" }); },
      }),
      may("analyse") && el("section", { class: "part" }, el("h3", null, tr("askHead"), el("small", null, tr("asOf", longDay(state.day)))), questionForm({ ask, redraw: draw, pencil: acts.pencil }, Boolean(running)), el("div", { id: "study-run" }, runningPart()),
        state.area && el("button", { type: "button", id: "watch-area", class: "text", onclick: () => watchArea(state.area) }, icon("chart"), tr("watchArea"))),
      ledgerPart(ledger, card?.number ?? 0, openCard)];
  };

  const runningPart = () => running && el("div", { class: "running" }, el("span", null, tr("askRuns")), running.bar, running.said, el("button", { type: "button", id: "ask-cancel", onclick: () => running?.control.abort() }, tr("cancel")));

  /** The tiers in an area month by month, in the chart beside. @param {import("./state.js").Area | null} area */
  const watchArea = (area) => {
    set({ area, scope: "area" });
    if (phone()) showTab("area");
    byId("trend-room").scrollIntoView({ block: "nearest" });
    byId("trend-head").setAttribute("tabindex", "-1");
    byId("trend-head").focus({ preventScroll: true });
  };

  /** @param {api.Question} question @param {HTMLFormElement} [form] */
  const ask = async (question, form) => {
    if (running || !ledger) return;
    const { id } = ledger;
    const mine = { control: new AbortController(), bar: el("progress", { max: 1, value: 0, "aria-label": tr("askRuns") }), said: el("span", null, "0 %") };
    const { signal } = mine.control;
    running = mine;
    if (form) clearErrors(form);
    byId("ask").setAttribute("disabled", "");
    fill(byId("study-run"), runningPart());
    byId("ask-cancel").focus();
    try {
      for await (const { progress, card: made } of api.askInStudy(id, question, signal)) {
        if (progress !== undefined) { mine.bar.value = progress; mine.said.textContent = `${Math.round(progress * 100)} %`; }
        if (made) { running = null; await show(made); }
      }
      if (running === mine) throw new api.Gone("the answer ended before its card");
    } catch (error) {
      if (running === mine) running = null;
      draw();
      if (api.stale(error)) { if (state.study === id) toast(tr("askCancelled")); document.getElementById("ask")?.focus(); return; }
      tellRefusal(error);
    }
  };

  /** @param {unknown} error */
  const tellRefusal = (error) => {
    const form = /** @type {HTMLFormElement} */ (byId("question"));
    const room = /** @type {HTMLElement} */ (form.querySelector(".form-error"));
    const nothing = error instanceof api.Problem && error.code === "nothing_to_test" ? /** @type {import("./i18n.js").Word} */ (`nothing_${error.errors[0]?.code}`) : null;
    if (nothing) { fill(room, tr("nothingToTest"), " ", tr(nothing)); }
    else showErrors(form, room, error);
    form.scrollIntoView({ block: "nearest" });
  };

  /** @param {api.ResultCard} made */
  const show = async (made) => {
    [card, places, chosen, hinted] = [made, null, 0, 0];
    await load();
    await name(made);
    byId("studies").scrollTop = 0;
    document.getElementById("result-head")?.focus({ preventScroll: true });
    announce(pick(made.sentence));
  };

  /** Asks what a card names, for those who may see it. @param {api.ResultCard} of */
  const name = async (of) => {
    if (may("analyse") && (of.groups.length || of.method === "density")) {
      const named = await api.cardPlaces(of.study, of.number);
      if (card !== of) return;
      places = named;
    }
    if (of.groups.length && of.method !== "area") chosen = of.groups[0].number;
    draw();
    paint();
    frame(chosen);
  };

  /** @param {number} number of a question in the ledger */
  const openCard = async (number) => {
    if (!ledger) return;
    try {
      const of = /** @type {api.ResultCard} */ (JSON.parse(await api.cardText(ledger.id, number)));
      const row = ledger.questions.find((one) => one.number === number);
      [card, places, chosen, hinted] = [of, null, 0, 0];
      if (row?.area?.geometry?.type === "Polygon" && row.method === "area") {
        keepArea(row.other?.geometry?.type === "Polygon" ? row.other.geometry : null);
        set({ area: row.area.geometry, scope: "area" });
      }
      await name(of);
      byId("studies").scrollTop = 0;
      document.getElementById("result-head")?.focus({ preventScroll: true });
    } catch (error) {
      toast(troubleText(error), "bad");
    }
  };

  /** @param {number} group */
  const choose = (group) => {
    [chosen, hinted] = [group, 0];
    draw();
    paint();
    frame(group);
  };
  const frame = (/** @type {number} */ group) => {
    const members = likelyOf(places, group);
    if (members.length) acts.frame(members.map(({ at }) => at));
  };

  startPencilCount(() => { draw(); paint(); });
  watch(["page", "study", "me"], () => { badge(); load(); });
  watch(["lang", "theme"], () => { badge(); draw(); });
  watch(["day", "area", "policy"], draw);
  badge();
  load();
  return (group) => {
    if (!card || !onStudies()) return;
    set({ sel: null, halo: null });
    choose(group);
    document.getElementById(`group-${group}`)?.scrollIntoView({ block: "nearest" });
    document.getElementById(`group-${group}`)?.focus({ preventScroll: true });
  };
}
