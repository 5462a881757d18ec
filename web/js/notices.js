// The notices of one house: what was made, its deadline, when and how it was served. Makes one, opens its PDF, marks it as served.
import * as api from "./api.js";
import { choices, labelled, moveOn, openForm } from "./form.js";
import { longDay, noticeName, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { openPaper } from "./paper.js";
import { may, state } from "./state.js";
import { announce, el, toast } from "./ui.js";

/** @typedef {api.Notice} Notice */

/** @type {api.NoticeKind[]} */
const KINDS = ["friendly_reminder", "rectification_notice", "formal_notice", "certificate"];

/** @param {Pick<Notice, "id" | "number">} notice */
export const openNotice = (notice) => openPaper(notice.number, () => api.noticePdf(notice.id));

/**
 * @param {string} code
 * @param {Notice[]} notices
 */
export function noticeList(code, notices) {
  return el("section", { class: "part", id: "notices" },
    el("h3", null, tr("notices"), el("small", null, notices.length ? String(notices.length) : ""),
      may("make_notice") && el("button", { type: "button", class: "text", id: "notice-make", onclick: () => openMake(code) }, tr("noticeMake"))),
    notices.length ? el("ol", { class: "notices" }, [...notices].reverse().map(row)) : el("p", { class: "note" }, tr("noticesNone")));
}

/** @param {Notice} notice */
function row(notice) {
  const late = !notice.served && notice.deadline !== null && notice.deadline < (state.site?.today ?? state.day);
  return el("li", { data: { number: notice.number } }, icon("paper"),
    el("div", null, el("b", null, noticeName(notice.kind)), el("span", { class: "code" }, notice.number)),
    el("p", null, tr("madeOn", longDay(notice.day)), notice.deadline && el("span", { class: late ? "late" : "" }, ` · ${tr("deadlineIs", longDay(notice.deadline))}`)),
    el("p", null, notice.served ? [icon("check"), tr("servedLine", longDay(notice.served), notice.served_how ?? "")] : el("span", { class: "open" }, tr("notServed"))),
    el("div", { class: "acts-of" },
      el("button", { type: "button", class: "text", "aria-label": `${tr("openPdf")} ${notice.number}`, onclick: () => openNotice(notice) }, tr("openPdf")),
      !notice.served && may("make_notice") && el("button", { type: "button", class: "text", "aria-label": `${tr("serve")} ${notice.number}`, onclick: () => openServe(notice) }, tr("serve"))));
}

/** @param {string} code */
function openMake(code) {
  const kind = el("select", { id: "notice-kind", name: "kind" }, KINDS.map((one) => el("option", { value: one }, noticeName(one))));
  openForm("make-notice", tr("noticeMakeTitle"), tr("noticeMakeSave"), async (form) => {
    const made = await api.makeNotice(code, kind.value, String(new FormData(form).get("paper")));
    await moveOn();
    const text = tr("noticeMadeSaid", noticeName(made.kind), made.number);
    toast(text);
    announce(text);
  }, labelled("kind", tr("recordKind"), kind), choices("paper", tr("paperSize"), [["a4", "A4"], ["a5", "A5"]]));
}

/** @param {{ id: string, number: string }} notice */
export function openServe(notice) {
  const today = state.site?.today ?? state.day;
  const date = el("input", { type: "date", id: "serve-date", name: "date", required: true, max: today, value: today });
  const how = el("input", { type: "text", id: "serve-how", name: "how", required: true, maxlength: 200, list: "serve-ways", autocomplete: "off" });
  openForm("serve", tr("serveTitle", notice.number), tr("serveSave"), async () => {
    await api.served(notice.id, date.value, how.value.trim());
    await moveOn();
    toast(tr("serveDone"));
  }, el("div", { class: "pair" }, labelled("date", tr("serveDate"), date), labelled("how", tr("serveHow"), how)),
  el("datalist", { id: "serve-ways" }, ["serveByHand", "serveByPost", "serveByPosting"].map((word) => el("option", { value: tr(/** @type {import("./i18n.js").Word} */ (word)) }))));
}
