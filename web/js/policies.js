// The policies: editions and their documents for everybody to read; for the administrator a copy to edit, check, simulate and activate.
import * as api from "./api.js";
import { differenceParts, forgetDifference } from "./difference.js";
import { editor } from "./editor.js";
import { labelled, moveOn, openForm } from "./form.js";
import { longDay, pick, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { may, set, state, watch } from "./state.js";
import { announce, byId, el, fill, toast } from "./ui.js";

/** @typedef {api.Edition} Edition */

/** @type {Edition[]} */
let editions = [];
/** @type {Edition | null} */
let chosen = null;
/** The document of the chosen edition. */
let text = "";
/** The edited copy, or null while only reading. @type {string | null} */
let draft = null;
/** What the server said of the draft. @type {{ line: number, reason: string } | { fine: string } | null} */
let word = null;
/** The text that was simulated last: only that may be activated. */
let tried = "";
/** @type {{ control: AbortController, bar: HTMLProgressElement, said: HTMLElement } | null} */
let running = null;
/** @type {unknown} */
let trouble = null;
/** @type {ReturnType<typeof editor> | null} */
let page = null;

/** @param {{ open: (code: string, at: [number, number], day: string) => void }} acts */
export function startPolicies(acts) {
  const load = async () => {
    if (state.page !== "policies" || draft !== null) return; // a copy under the hands of its author stays as it is
    try {
      trouble = null;
      ({ editions } = await api.policies());
      editions.sort((a, b) => (a.valid_from < b.valid_from ? 1 : -1));
      const wanted = state.policy && editions.find((one) => one.name === state.policy?.name && one.version === state.policy?.version);
      const kept = chosen && editions.find((one) => one.name === chosen?.name && one.version === chosen?.version);
      await choose(kept ?? wanted ?? editions[0] ?? null);
    } catch (error) {
      if (error instanceof api.Gone) return;
      trouble = error;
      draw();
    }
  };
  /** @param {Edition | null} edition */
  const choose = async (edition) => {
    const same = chosen && edition && chosen.hash === edition.hash && text;
    chosen = edition;
    if (!same) text = edition ? await api.policyText(edition.name, edition.version) : "";
    draw();
  };

  const draw = () => {
    byId("policies-open").setAttribute("aria-pressed", String(state.page === "policies"));
    if (state.page !== "policies") return;
    const room = byId("policies");
    const [at, focused] = [room.scrollTop, document.activeElement?.id];
    const old = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("policy-draft"));
    const caret = old && { top: old.scrollTop, from: old.selectionStart, to: old.selectionEnd };
    page = chosen ? editor(draft === null
      ? { id: "policy-text", label: tr("policyText"), text, readonly: true }
      : { id: "policy-draft", label: tr("policyDraft"), text: draft, readonly: false, changed: (now) => { draft = now; if (word) { word = null; tell(); } gate(); } }) : null;
    fill(room, el("div", { class: "card-top" }, el("button", { type: "button", class: "quiet", "aria-label": tr("back"), title: tr("back"), onclick: () => set({ page: "" }) }, icon("back")), el("h2", null, tr("policies"))),
      trouble ? el("div", { class: "empty" }, icon("help"), el("p", null, tr("troubleLoad"), troubleText(trouble)), el("button", { type: "button", onclick: load }, tr("retry"))) : null,
      editions.length > 0 && el("section", { class: "part" }, el("h3", null, tr("editions")), el("ul", { class: "editions" }, editions.map(row))),
      page && chosen && el("section", { class: "part" }, tools(chosen), page.node, el("div", { id: "policy-word" }), el("div", { id: "policy-run" })),
      draft !== null && state.difference && el("section", { class: "part difference", id: "difference" }, el("h3", { class: "big-head", tabindex: -1, id: "difference-head" }, tr("difference")),
        ...differenceParts(state.difference, (flip) => acts.open(flip.code, [flip.lon, flip.lat], /** @type {api.Difference} */ (state.difference).day)), activation()));
    room.scrollTop = at;
    const area = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("policy-draft"));
    if (area && caret) {
      area.setSelectionRange(caret.from, caret.to);
      area.scrollTop = caret.top;
    }
    tell();
    run();
    gate();
    if (focused && focused !== "policy-draft") document.getElementById(focused)?.focus({ preventScroll: true });
  };

  /** @param {Edition} edition @param {number} i */
  const row = (edition, i) => {
    const today = state.site?.today ?? state.day;
    const now = edition.valid_from <= today && !editions.slice(0, i).some((later) => later.valid_from <= today);
    const from = edition.valid_from < "1900" ? tr("fromStart") : tr("fromDay", longDay(edition.valid_from));
    return el("li", null, el("button", { type: "button", class: "edition", disabled: draft !== null, "aria-current": String(edition === chosen), onclick: () => choose(edition) },
      el("b", null, pick(edition.title)), el("span", null, now ? el("span", { class: "tag" }, tr("editionNow")) : edition.valid_from > today ? el("span", { class: "tag" }, tr("editionLater")) : null),
      el("small", null, `${edition.name} · ${tr("version", edition.version)} · ${from}`, edition.activated_by ? ` · ${tr("activatedBy", edition.activated_by)}` : "", " · ", el("code", { title: edition.hash }, edition.hash.slice(0, 8)))));
  };

  /** @param {Edition} edition */
  const tools = (edition) => el("div", { class: "policy-tools" },
    el("h3", null, draft === null ? tr("document") : tr("editing"), el("small", null, `${edition.name} · ${tr("version", edition.version)}`)),
    draft === null
      ? may("manage_policies") && el("button", { type: "button", id: "policy-edit", onclick: () => { draft = text; word = null; draw(); page?.focus(); } }, icon("edit"), tr("editCopy"))
      : [el("button", { type: "button", class: "quiet", id: "policy-discard", onclick: discard }, tr("discard")),
        el("button", { type: "button", id: "policy-check", onclick: check }, icon("check"), tr("checkIt")),
        el("button", { type: "button", class: "main", id: "policy-simulate", onclick: simulate }, icon("play"), tr("simulate"))]);

  const discard = () => {
    running?.control.abort();
    [draft, word, tried] = [null, null, ""];
    forgetDifference();
    draw();
    byId("policy-edit").focus();
  };

  /** What the server says of the text. */
  const tell = () => {
    const room = document.getElementById("policy-word");
    if (!room) return;
    if (!word) return fill(room);
    if ("fine" in word) return fill(room, el("p", { class: "fine", role: "status" }, icon("check"), tr("checkFine"), " ", el("code", { title: word.fine }, word.fine.slice(0, 8))));
    const { line, reason } = word;
    fill(room, el("p", { class: "fault", role: "alert" }, icon("cross"), el("span", null, line ? el("button", { type: "button", class: "text", onclick: () => page?.go(line) }, tr("lineIs", line)) : null, " ", reason)));
  };

  /** @param {unknown} error */
  const faulty = (error) => {
    if (!(error instanceof api.Problem) || error.code !== "bad_policy") return toast(troubleText(error), "bad");
    const [fault] = error.errors;
    const line = error.line || Number(/(\d+)/.exec(fault?.field ?? "")?.[1] ?? 0);
    word = { line, reason: fault?.found || error.detail || troubleText(error) };
    tell();
    if (line) page?.go(line);
  };

  const check = async () => {
    if (draft === null) return;
    const asked = draft;
    try {
      const { hash } = await api.checkPolicy(asked);
      if (draft !== asked) return;
      word = { fine: hash };
      tell();
    } catch (error) {
      faulty(error);
    }
  };

  const simulate = async () => {
    if (draft === null || running) return;
    const asked = draft;
    const control = new AbortController();
    running = { control, bar: el("progress", { max: 1, value: 0, "aria-label": tr("simulating") }), said: el("span", null, "0 %") };
    word = null;
    forgetDifference();
    draw();
    try {
      for await (const { progress, result } of api.simulate(asked, state.day, control.signal)) {
        if (progress !== undefined && running) { running.bar.value = progress; running.said.textContent = `${Math.round(progress * 100)} %`; }
        if (result) { tried = asked; set({ difference: result }); }
      }
      running = null;
      draw();
      if (state.difference) {
        announce(byId("difference-said").textContent ?? "");
        byId("policies").scrollTop = byId("difference").offsetTop - 45; // under the head that stays
        byId("difference-head").focus({ preventScroll: true });
      }
    } catch (error) {
      running = null;
      run();
      gate();
      if (!api.stale(error)) return faulty(error);
      toast(tr("simulateStopped"));
      document.getElementById("policy-simulate")?.focus();
    }
  };

  /** The bar, and the button that stops. */
  const run = () => {
    const room = document.getElementById("policy-run");
    if (!room) return;
    fill(room, running && el("div", { class: "running" }, el("span", null, tr("simulating")), running.bar, running.said,
      el("button", { type: "button", id: "simulate-cancel", onclick: () => running?.control.abort() }, tr("cancel"))));
  };

  /** Only what was simulated as it stands may be activated. */
  const gate = () => {
    const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("policy-simulate"));
    if (button) button.disabled = Boolean(running);
    const activate = /** @type {HTMLButtonElement | null} */ (document.getElementById("policy-activate"));
    if (!activate) return;
    activate.disabled = draft !== tried;
    byId("activate-note").textContent = tr(draft === tried ? "activateNote" : "activateStale");
  };

  const activation = () => el("section", { class: "activation" }, el("h3", null, tr("activation")),
    el("p", { class: "hint", id: "activate-note" }), el("button", { type: "button", class: "main", id: "policy-activate", onclick: openActivate }, icon("check"), tr("activateOpen")));

  const openActivate = () => {
    const today = state.site?.today ?? state.day;
    const from = el("input", { type: "date", id: "activate-from", name: "valid_from", required: true, min: today, value: today });
    const count = state.difference?.flips.length ?? 0;
    openForm("activate", tr("activateTitle"), tr("activateSave"), async () => {
      const edition = await api.activate(tried, from.value);
      [draft, word, tried, chosen] = [null, null, "", null];
      forgetDifference();
      await moveOn();
      await load();
      const said = tr("activateDone", edition.name, edition.version, longDay(edition.valid_from));
      toast(said);
      announce(said);
    }, labelled("valid_from", tr("activateFrom"), from),
    el("ul", { class: "follows" }, [tr("activateChanges", count), tr("activateKeeps"), tr("activateWorse"), tr("activateHash")].map((line) => el("li", null, line))));
  };

  watch(["page", "revision"], load);
  watch(["lang", "me"], () => {
    if (!may("manage_policies") && draft !== null) discardQuietly();
    draw();
  });
  watch(["page"], draw);
  const discardQuietly = () => {
    running?.control.abort();
    [draft, word, tried] = [null, null, ""];
    forgetDifference();
  };
  byId("policies").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    const typing = /** @type {HTMLElement} */ (event.target).id === "policy-draft";
    if (running) running.control.abort();
    else if (typing) byId("policy-check").focus(); // the way out of the text for who has no mouse
    if (running || typing) event.stopPropagation();
  });
  load();
}

/** Shows an edition the next time the page is opened. @param {string} name @param {number} version */
export function pointAt(name, version) {
  if (draft !== null) return;
  chosen = { name, version, hash: "", title: { zh: "", en: "" }, valid_from: "", activated_by: null };
}
