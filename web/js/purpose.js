// Why somebody looks at a person: the fields that each look asks for, with its reason put on record.
import { labelled } from "./form.js";
import { tr } from "./i18n.js";
import { el } from "./ui.js";

const PURPOSES = /** @type {const} */ (["visit", "registration", "case", "emergency", "person_asked"]);

/**
 * @param {string} name of the form
 * @param {typeof PURPOSES[number]} chosen
 */
export function purposeFields(name, chosen) {
  const purpose = el("select", { id: `${name}-purpose`, name: "purpose", required: true }, PURPOSES.map((one) => el("option", { value: one, selected: one === chosen }, tr(`purpose_${one}`))));
  const caseNumber = el("input", { type: "text", id: `${name}-case`, name: "case_number", maxlength: 60, autocomplete: "off" });
  const text = el("input", { type: "text", id: `${name}-text`, name: "text", maxlength: 200, autocomplete: "off" });
  return {
    fields: [labelled("purpose", tr("purpose"), purpose), labelled("case_number", tr("caseNumber"), caseNumber), labelled("text", tr("purposeText"), text)],
    read: () => ({ purpose: purpose.value, case_number: caseNumber.value.trim(), text: text.value.trim() }),
    focus: () => purpose.focus(),
  };
}
