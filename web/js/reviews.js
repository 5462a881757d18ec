// Reviews asked by the owner of one house: the statement, the clock, and the decision of an officer who had no part in it.
import * as api from "./api.js";
import { days } from "./calendar.js";
import { choices, labelled, moveOn, openForm } from "./form.js";
import { eventName } from "./events.js";
import { longDay, tierName, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { may, state } from "./state.js";
import { announce, el, toast } from "./ui.js";

/** @typedef {api.Review} Review */

/**
 * @param {Review[]} reviews
 * @param {api.HouseEvent[]} events
 * @param {api.Confirmation[]} confirmations
 */
export function reviewList(reviews, events, confirmations) {
  if (!reviews.length) return null;
  const order = [...reviews].sort((a, b) => Number(Boolean(a.decided)) - Number(Boolean(b.decided)) || (a.due < b.due ? -1 : 1));
  return el("section", { class: "part", id: "reviews" }, el("h3", null, tr("reviews"), el("small", null, String(reviews.length))),
    el("ol", { class: "reviews" }, order.map((review) => el("li", { class: review.decided ? "decided" : "waiting" },
      el("div", null, icon("scales"), el("b", null, about(review, events, confirmations)), clock(review)),
      el("blockquote", null, review.statement),
      el("small", null, tr("reviewAsked", longDay(review.asked), review.recorded_by)),
      review.decided && el("p", { class: "outcome" }, icon(review.upheld ? "check" : "cross"), el("span", null, el("b", null, tr(review.upheld ? "reviewUpheld" : "reviewNotUpheld")), " ", tr("reviewDecided", longDay(review.decided), review.decided_by ?? ""), review.reason && el("span", { class: "why" }, review.reason))),
      !review.decided && may("decide_review") && el("button", { type: "button", class: "decide", onclick: () => openDecide(review) }, tr("reviewDecide"))))));
}

/** What the owner asks about. @param {Review} review @param {api.HouseEvent[]} events @param {api.Confirmation[]} confirmations */
function about(review, events, confirmations) {
  const event = events.find(({ id }) => id === review.event_id);
  if (event) return tr("reviewAbout", eventName(event.kind), longDay(event.date));
  const confirmation = confirmations.find(({ id }) => id === review.confirmation_id);
  return confirmation ? tr("reviewAboutTier", tierName(confirmation.tier), longDay(confirmation.given)) : tr("review");
}

/** How long is left. @param {{ due: string, decided: string | null }} review */
function clock(review) {
  if (review.decided) return null;
  const left = days(state.site?.today ?? state.day, review.due);
  return el("span", { class: left < 0 ? "tag late" : "tag" }, icon("clock"), left < 0 ? tr("overdueBy", -left) : tr("dueIn", left));
}

/**
 * The owner's request, against an observation or against a confirmed tier.
 * @param {string} code
 * @param {{ event_id: string } | { confirmation_id: string }} target
 * @param {string} what in words
 */
export function openAskReview(code, target, what) {
  const statement = el("textarea", { id: "review-statement", name: "statement", required: true, rows: 4, maxlength: 2000 });
  openForm("ask-review", tr("reviewAsk"), tr("reviewAskSave"), async () => {
    const { due } = await api.askReview(code, { ...target, statement: statement.value.trim() });
    await moveOn();
    toast(tr("reviewAskDone", longDay(due)));
    announce(tr("reviewAskDone", longDay(due)));
  }, el("p", null, el("b", null, what)), el("p", { class: "hint" }, tr("reviewAskHint")), labelled("statement", tr("reviewStatement"), statement));
  statement.focus();
}

/** @param {Review} review */
function openDecide(review) {
  const reason = el("textarea", { id: "decide-reason", name: "reason", required: true, rows: 3, maxlength: 1000 });
  openForm("decide", tr("reviewDecide"), tr("reviewDecideSave"), async (form) => {
    const upheld = new FormData(form).get("upheld") === "true";
    const { tier } = await api.decideReview(review.id, upheld, reason.value.trim());
    await moveOn();
    const text = tr(upheld ? "reviewUpheldSaid" : "reviewKeptSaid", tierName(tier));
    toast(text);
    announce(text);
  }, el("blockquote", null, review.statement), choices("upheld", tr("reviewOutcome"), [["true", tr("reviewUpheld")], ["false", tr("reviewNotUpheld")]], ""),
  el("p", { class: "hint" }, tr("reviewDecideHint")), labelled("reason", tr("confirmReason"), reason));
}
