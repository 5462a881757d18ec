// The ledger of a study: everything that was asked, in order, with the p-values as corrected for all of it until now.
import { chance, longDay, tr } from "./i18n.js";
import { el } from "./ui.js";

/** What a method is called. @param {string} method */
export const methodName = (method) => tr(/** @type {import("./i18n.js").Word} */ (`method_${method}`));

/**
 * @param {import("./api.js").Ledger} ledger
 * @param {number} shown number of the card that is open
 * @param {(number: number) => void} open
 */
export function ledgerPart(ledger, shown, open) {
  const rows = [...ledger.questions].reverse();
  return el("section", { class: "part ledger" },
    el("h3", null, tr("ledger")),
    el("p", { class: "hint" }, tr("ledgerHint")),
    rows.length ? el("ol", null, rows.map((row) => el("li", null, el("button", { type: "button", id: `asked-${row.number}`, class: "asked", "aria-current": String(row.number === shown), onclick: () => open(row.number) },
      el("b", null, `${row.number}. ${methodName(row.method)}${row.other ? ` · ${tr("twoAreas")}` : ""}`), el("span", { class: row.is_significant ? "outcome-word found" : "outcome-word" }, outcomeOf(row)),
      el("small", null, longDay(row.date), " · ", row.by), row.p_corrected !== null && el("small", { class: "end" }, `p ${chance(row.p_corrected)}`))))) : el("p", { class: "note" }, tr("ledgerEmpty")));
}

/** @param {import("./api.js").Asked} row */
const outcomeOf = (row) => tr(!row.is_test ? "noTest" : row.is_significant ? "foundShort" : "chanceShort");
