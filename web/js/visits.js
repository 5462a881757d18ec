// The inspections of one house on its card: what is due next and why, and the visits that were made.
import * as api from "./api.js";
import { labelled, moveOn, openForm } from "./form.js";
import { dutyName, longDay, number, outcomeName, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { forget } from "./outbox.js";
import { may } from "./state.js";
import { el, toast } from "./ui.js";

/** @typedef {{ visits: api.Visit[], due: api.DueItem[] }} Inspections */

/** What is due at a house within a year, and its visits. @param {string} code @param {string} date @param {AbortSignal} signal @returns {Promise<Inspections>} */
export async function inspectionsOf(code, date, signal) {
  const [{ visits }, due] = await Promise.all([api.visits(code, signal), api.due({ date, house: code, until_days: 366 }, signal)]);
  return { visits, due: due.items };
}

/** Why a visit is due. @param {api.DueReason} reason */
export function reasonText(reason) {
  if (reason.kind === "cadence") return tr("reason_cadence", reason.every_days);
  if (reason.kind === "reinspection") return tr("reason_reinspection", longDay(reason.deadline));
  if (reason.kind === "formal_notice") return tr("reason_formal_notice", longDay(reason.refused));
  return tr("reason_never_assessed");
}

/** By when, in few words. @param {number} overdue days @param {string} due */
export const dueText = (overdue, due) => (overdue > 0 ? tr("overdueBy", overdue) : overdue === 0 ? tr("dueToday") : `${longDay(due)} · ${tr("dueIn", -overdue)}`);

/** @param {string} code @param {Inspections | null} of null where the asker may not see them */
export function visitList(code, of) {
  if (!of) return null;
  const rows = [...of.visits].reverse();
  return el("section", { class: "part", id: "visits" },
    el("h3", null, tr("visits"), el("small", null, rows.length ? number(rows.length) : "")),
    of.due.length ? el("ul", { class: "due-next" }, of.due.map((item) => el("li", { class: item.days_overdue > 0 ? "overdue" : "" }, icon("clock"),
      el("div", null, el("b", null, `${dutyName(item.duty)} · ${dueText(item.days_overdue, item.due)}`), el("small", null, reasonText(item.reason),
        item.tried ? ` · ${tr("triedOn", longDay(item.tried))}` : "", item.not_before ? ` · ${tr("notBefore", longDay(item.not_before))}` : ""))))) : el("p", { class: "note" }, tr("dueNone")),
    rows.length > 0 && el("ol", { class: "visits" }, rows.map((visit) => row(code, visit))));
}

/** @param {string} code @param {api.Visit} visit */
const row = (code, visit) => el("li", { class: visit.voided ? "voided" : "", data: { outcome: visit.outcome } }, icon(outcomeIcon(visit.outcome)),
  el("div", null, el("b", null, outcomeName(visit.outcome)), " ", el("span", null, dutyName(visit.duty)), visit.evening && el("span", { class: "tag" }, tr("eveningCheck")), visit.voided && el("span", { class: "tag late" }, tr("visitVoided")),
    el("small", null, longDay(visit.date), visit.at ? ` ${visit.at}` : "", ` · ${visit.recorded_by}`, visit.event_id ? ` · ${tr("withFindings")}` : "")),
  !visit.voided && may("void_event") && el("button", { type: "button", class: "text", onclick: () => openVoidVisit(code, visit) }, tr("voidIt")));

/** @param {api.Outcome} outcome @returns {import("./icons.js").IconName} */
export const outcomeIcon = (outcome) => (/** @type {const} */ ({ done: "check", nobody_home: "home", refused: "cross" }))[outcome];

/** @param {string} code @param {api.Visit} visit */
function openVoidVisit(code, visit) {
  const reason = el("textarea", { id: "void-visit-reason", name: "reason", required: true, rows: 3, maxlength: 500 });
  openForm("void-visit", tr("voidVisitTitle", code), tr("voidIt"), async () => {
    const { stop } = await api.voidVisit(visit.id, reason.value.trim());
    await forget(visit.id); // where it was made on this device, its stop is no longer shown as visited
    await moveOn();
    toast(tr(stop === "planned" ? "voidReopened" : "voidDone"));
  }, el("p", { class: "hint" }, tr("voidVisitHint"), visit.round ? ` ${tr("voidVisitStop")}` : ""), labelled("reason", tr("voidReason"), reason));
  reason.focus();
}
