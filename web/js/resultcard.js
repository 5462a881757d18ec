// The card of a question: one plain sentence, how much it says after all that was asked, the groups it names, and what it rests on. Nothing
// is a finding that chance explains.
import * as api from "./api.js";
import { chance, longDay, number, pick, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { densityKey, groupList } from "./groups.js";
import { methodName } from "./ledger.js";
import { savePaper, openPaper } from "./paper.js";
import { settingsOf } from "./questionform.js";
import { may, state } from "./state.js";
import { announce, el, fill, toast } from "./ui.js";

/**
 * @param {api.ResultCard} card
 * @param {api.Asked | undefined} row the same in the ledger, as it stands today
 * @param {number} tests in the study until now
 * @param {api.Places | null} places
 * @param {number} chosen
 * @param {Parameters<typeof groupList>[4] & { again: (day: string) => void, test: () => void, close: () => void }} acts
 */
export function resultCard(card, row, tests, places, chosen, acts) {
  const asks = may("analyse");
  return el("article", { id: "result", class: "result", "aria-labelledby": "result-head" },
    el("div", { class: "result-head" }, el("h3", { id: "result-head", tabindex: "-1" }, `${card.number}. ${methodName(card.method)}`),
      el("button", { type: "button", class: "quiet small", "aria-label": tr("close"), title: tr("close"), onclick: acts.close }, icon("close"))),
    verdict(card, row),
    el("p", { class: "sentence", id: "result-sentence" }, pick(card.sentence)),
    chances(card, row, tests),
    card.held_back && el("p", { class: "note" }, tr("heldBackSaid")),
    groupList(card, row, places, chosen, acts), densityKey(places), joins(card),
    !card.is_test && asks && el("button", { type: "button", id: "to-test", class: "main", onclick: acts.test }, icon("scales"), tr("testIt")),
    card.date !== state.day && el("p", { class: "other-day" }, tr("cardOfDay", longDay(card.date), longDay(state.day)), asks && row && el("button", { type: "button", id: "ask-this-day", onclick: () => acts.again(state.day) }, tr("askThisDay", longDay(state.day)))),
    pick(card.note) && el("p", { class: "hint" }, pick(card.note)),
    carry(card, asks),
    el("details", { class: "settings" }, el("summary", null, tr("restsOn")), rests(card)));
}

/** Whether it says anything; as it stands today, not when it was asked. @param {api.ResultCard} card @param {api.Asked | undefined} row */
function verdict(card, row) {
  if (!card.is_test) return el("p", { class: "finding" }, icon("eye"), el("b", null, tr("exploredOnly")));
  const now = row ? row.is_significant : card.is_significant;
  return el("p", { class: now ? "finding found" : "finding" }, icon(now ? "check" : "minus"), el("b", null, tr(!now ? "chanceLong" : card.method === "area" ? "foundFixed" : "foundLong")), card.is_significant && !now && el("small", null, tr("noLonger")));
}

/** @param {api.ResultCard} card @param {api.Asked | undefined} row @param {number} tests */
function chances(card, row, tests) {
  if (card.p === null) return null;
  const today = row?.p_corrected ?? card.p_corrected;
  const pair = (/** @type {string} */ name, /** @type {number | null} */ p) => p !== null && el("div", null, el("dt", null, name), el("dd", null, `p ${chance(p)}`));
  return el("dl", { class: "chances" }, pair(tr("pAlone"), card.p), card.questions_so_far !== tests && pair(tr("pThen", card.questions_so_far), card.p_corrected), pair(tr("pNow", tests), today),
    el("div", null, el("dt", null, tr("levelOf")), el("dd", null, number(card.alpha, 3))));
}

/** @param {api.ResultCard} card */
function joins({ joins: counted }) {
  if (!counted) return null;
  const rows = /** @type {[import("./i18n.js").Word, number, number][]} */ ([["joinRedRed", counted.red_red, counted.expected[0]], ["joinRedOther", counted.red_other, counted.expected[1]], ["joinOtherOther", counted.other_other, counted.expected[2]]]);
  return el("table", { class: "diff" }, el("thead", null, el("tr", null, el("th", null, tr("joinPairs")), el("th", null, tr("joinFound")), el("th", null, tr("joinExpected")))),
    el("tbody", null, rows.map(([word, found, expected]) => el("tr", null, el("th", { scope: "row" }, tr(word)), el("td", null, number(found, 1)), el("td", null, number(expected, 1))))));
}

/** Files of it, and the same worked out anew. @param {api.ResultCard} card @param {boolean} asks */
function carry({ study, number: at, date }, asks) {
  const name = `${tr("cardFile")}-${at}-${date}`;
  const said = el("span", { id: "again-said", class: "hint", role: "status" });
  const button = (/** @type {string} */ id, /** @type {import("./icons.js").IconName} */ picture, /** @type {string} */ text, /** @type {() => void} */ run) => el("button", { type: "button", id, onclick: run }, icon(picture), text);
  const file = async (/** @type {"geojson" | "csv"} */ form) => {
    try {
      const url = URL.createObjectURL(await api.cardFile(study, at, form));
      savePaper(`${name}.${form}`, url);
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      toast(troubleText(error), "bad");
    }
  };
  const again = async () => {
    fill(said, tr("againRuns"));
    try {
      const [before, after] = [await api.cardText(study, at), await api.cardAgain(study, at)];
      fill(said, before === after ? tr("againSame", before.length) : tr("refused_not_reproduced"));
    } catch (error) {
      fill(said, troubleText(error));
    }
    announce(said.textContent ?? "");
  };
  return el("div", { class: "carry" }, button("card-pdf", "paper", "PDF", () => openPaper(name, () => api.cardFile(study, at, "pdf"))),
    asks && button("card-csv", "download", "CSV", () => file("csv")), asks && button("card-geojson", "download", "GeoJSON", () => file("geojson")), asks && button("card-again", "redo", tr("again"), again), said);
}

/** @param {api.ResultCard} card */
function rests(card) {
  const line = (/** @type {string} */ name, /** @type {import("./ui.js").Child} */ value) => value !== null && value !== "" && el("div", null, el("dt", null, name), el("dd", null, value));
  return el("dl", { class: "rests" }, line(tr("testOf"), pick(card.test)), line(tr("dayInput"), `${longDay(card.date)} (${tr(card.as === "published" ? "asPublished" : "asComputed")})`),
    line(tr("baseOf"), card.houses === null || card.red === null ? tr("heldBack") : tr("redOf", card.red, card.houses)), line(tr("settings"), settingsOf(card.ask)),
    line(tr("streets"), card.streets?.attribution ?? null), line(tr("offStreets"), card.streets?.off_streets === undefined ? null : number(card.streets.off_streets)), line(tr("policyWord"), `${card.policy.name} ${card.policy.version}`), line(tr("askedBy"), card.by), line(tr("dataHash"), el("code", null, card.data_hash)), line(tr("questionHash"), el("code", null, card.question_hash)));
}
