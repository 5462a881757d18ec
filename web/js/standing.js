// What is public beside what the records give: the state of one house between the two, and who confirmed what. Elements only.
import { longDay, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { may, staff, state } from "./state.js";
import { el } from "./ui.js";

/** @typedef {import("./api.js").Publication} Publication */
/** @typedef {import("./tiers.js").Tier} Tier */
/** @typedef {{ confirm: (tier: Tier) => void, review: (confirmation: import("./api.js").Confirmation) => void, goToDay: (day: string) => void }} Acts */

/**
 * @param {Publication} of
 * @param {Acts} acts
 */
export function standing(of, acts) {
  const { pending, computed, published, under_review: reviewed, confirmations = [] } = of;
  const differs = computed !== null && computed !== published;
  const today = state.site?.today === state.day;
  if (!differs && !pending && !reviewed && !confirmations.length) return null;
  return el("section", { class: "standing", "aria-label": tr("standing") },
    differs && el("div", { class: "beside" },
      side(tr("asPublished"), published), el("span", { class: "to", "aria-hidden": "true" }, icon("next")), side(tr("asComputed"), computed)),
    pending?.kind === "provisional" && line("hourglass", "provisional", tr("stateProvisional"), tr("provisionalMeans")),
    pending?.kind === "under_repair" && line("tool", "repair", tr("stateRepair", longDay(pending.until)), tr(staff() ? "repairMeansStaff" : "repairMeans", tierName(pending.tier), longDay(pending.until))),
    reviewed && line("scales", "review", tr("stateReview"), tr("reviewMeans")),
    pending?.kind === "provisional" && may("confirm_tier") && (today
      ? el("button", { type: "button", class: "main", id: "confirm-open", onclick: () => acts.confirm(pending.tier) }, icon("check"), tr("confirmOpen", tierName(pending.tier)))
      : el("p", { class: "hint" }, tr("confirmToday"), " ", el("button", { type: "button", class: "text", onclick: () => acts.goToDay(state.site?.today ?? state.day) }, tr("toToday")))),
    confirmations.length > 0 && el("details", { class: "confirmations" }, el("summary", null, tr("confirmations", confirmations.length)),
      el("ol", null, [...confirmations].reverse().map((one) => el("li", { class: one.withdrawn ? "withdrawn" : "" },
        el("div", null, mark(one.tier), el("b", null, tierName(one.tier)), el("time", { datetime: one.given }, longDay(one.given))),
        el("p", null, one.reason),
        el("small", null, one.withdrawn ? tr("confirmationWithdrawn", longDay(one.withdrawn)) : tr("confirmationLine", one.by, longDay(one.effective)),
          may("ask_review") && !one.withdrawn && el("button", { type: "button", class: "text", onclick: () => acts.review(one) }, tr("reviewAsk"))))))));
}

/** @param {string} word @param {Tier | null} tier */
const side = (word, tier) => el("div", { class: "side" }, el("span", null, word), tier && el("b", null, mark(tier), tierName(tier)));

/** @param {import("./icons.js").IconName} picture @param {string} kind @param {string} name @param {string} means */
const line = (picture, kind, name, means) => el("p", { class: `state ${kind}`, data: { state: kind } }, icon(picture), el("span", null, el("b", null, name), el("span", null, means)));
