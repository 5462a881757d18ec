// Businesses and organisations at one house, for staff: what is there, and a form for one more.
import * as api from "./api.js";
import { labelled, moveOn, openForm } from "./form.js";
import { number, tr } from "./i18n.js";
import { may } from "./state.js";
import { announce, el, toast } from "./ui.js";

/**
 * @param {string} code
 * @param {api.Unit[] | null} units null where the asker may not see them
 */
export function unitList(code, units) {
  if (!units) return null;
  return el("section", { class: "part", id: "units" },
    el("h3", null, tr("units"), el("small", null, units.length ? String(units.length) : ""),
      may("record_residency") && el("button", { type: "button", class: "text", id: "unit-open", onclick: () => openUnit(code) }, tr("unitOpen"))),
    units.length ? el("ol", { class: "units" }, units.map(row)) : el("p", { class: "note" }, tr("unitsNone")));
}

/** @param {api.Unit} unit */
const row = (unit) => el("li", null, el("b", null, unit.name),
  el("span", null, [unit.kind, unit.staff !== null && tr("unitStaff", number(unit.staff))].filter(Boolean).join(" · ")), unit.credit_code && el("code", null, unit.credit_code));

/** @param {string} code */
function openUnit(code) {
  const name = el("input", { type: "text", id: "unit-name", name: "name", required: true, maxlength: 200, autocomplete: "off" });
  const kind = el("input", { type: "text", id: "unit-kind", name: "kind", maxlength: 200, autocomplete: "off" });
  const credit = el("input", { type: "text", id: "unit-credit", name: "credit_code", maxlength: 30, autocomplete: "off", spellcheck: false });
  const staff = el("input", { type: "number", id: "unit-staff", name: "staff", min: 0, max: 1_000_000, step: 1 });
  openForm("unit", tr("unitTitle", code), tr("unitSave"), async () => {
    const unit = await api.recordUnit(code, { name: name.value, kind: kind.value, credit_code: credit.value, staff: staff.value === "" ? null : Number(staff.value) });
    await moveOn();
    toast(tr("unitDone", unit.name));
    announce(tr("unitDone", unit.name));
  },
    labelled("name", tr("unitName"), name), labelled("kind", tr("unitKind"), kind), labelled("credit_code", tr("creditCode"), credit), labelled("staff", tr("unitStaffLabel"), staff));
  name.focus();
}
