// The fields of an observation, built from the policy: what is found at a house.
import { labelled } from "./form.js";
import { pick, sentence, tr } from "./i18n.js";
import { el } from "./ui.js";

/** @param {import("./api.js").Policy} policy @param {string} kind @returns {import("./ui.js").Child[]} */
export const fieldInputs = (policy, kind) => [
  ...(policy.kinds[kind]?.fields ?? []).map((name) => fieldInput(name, policy.fields[name])),
  policy.kinds[kind]?.fields.length ? el("p", { class: "hint" }, tr("recordHint")) : null,
];

/** @param {string} name @param {import("./api.js").Field | undefined} field */
function fieldInput(name, field) {
  const title = sentence(field?.title) || name;
  if (field?.number) {
    return labelled(name, title, el("input", { type: "number", inputmode: "numeric", step: 1, name, id: `record-${name}`, min: field.number.min, max: field.number.max, placeholder: tr("recordNotKnown") }));
  }
  const choice = (/** @type {string} */ value, /** @type {string} */ text, /** @type {boolean} */ on) =>
    el("label", null, el("input", { type: "radio", name, value, checked: on }), el("span", null, text));
  return el("fieldset", { class: "field choice", data: { field: name } }, el("legend", null, title),
    el("div", { class: "choices" }, choice("", tr("recordNotKnown"), true), (field?.values ?? []).map(({ is, title: text }) => choice(is, pick(text), false))));
}
