// Who lives in one house: masked rows, moving in and out, and one person shown for a purpose. What is shown stays nowhere but in its dialog.
import * as api from "./api.js";
import { choices, labelled, moveOn, openForm } from "./form.js";
import { longDay, number, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { openFile } from "./personfile.js";
import { purposeFields } from "./purpose.js";
import { may, state } from "./state.js";
import { announce, el, toast } from "./ui.js";

/** @typedef {api.Resident} Resident */

/** A person disappears from the screen after so long. */
const SHOWN_MS = 60_000;
const ROLES = /** @type {const} */ (["tenant", "family", "owner"]);

/**
 * @param {api.House} house
 * @param {Resident[] | null} residents null where the site keeps none
 */
export function residentList(house, residents) {
  if (!may("see_persons") && !house.residents) return null;
  const counts = house.residents && tr("residentCounts", number(house.residents.registered), number(house.residents.temporary));
  return el("section", { class: "part", id: "residents" },
    el("h3", null, icon("people"), tr("people"), counts && el("small", null, counts),
      residents && may("record_residency") && el("button", { type: "button", class: "text", id: "join-open", onclick: () => openJoin(house.code) }, tr("joinOpen"))),
    may("see_persons") && (residents
      ? residents.length ? el("ol", { class: "residents" }, residents.map(row)) : el("p", { class: "note" }, tr("residentsNone"))
      : el("p", { class: "note" }, tr("peopleOff"))));
}

/** @param {Resident} resident */
function row(resident) {
  const what = [tr(`residency_${resident.role}`), resident.registration ? tr(`registration_${resident.registration}`) : tr("livesElsewhere")].join(" · ");
  return el("li", { data: { tag: resident.tag } },
    el("code", null, resident.tag), el("span", null, what), el("small", null, tr("since", longDay(resident.from))),
    el("div", { class: "acts-of" },
      may("reveal_person") && el("button", { type: "button", class: "text", "aria-label": `${tr("reveal")} ${resident.tag}`, onclick: () => openReveal(resident) }, tr("reveal")),
      may("reveal_person") && el("button", { type: "button", class: "text", "aria-label": `${tr("file")} ${resident.tag}`, onclick: () => openFile(resident) }, tr("file")),
      may("reveal_person") && may("record_residency") && el("button", { type: "button", class: "text", "aria-label": `${tr("correct")} ${resident.tag}`, onclick: () => openCorrect(resident) }, tr("correct")),
      may("record_residency") && !resident.to && el("button", { type: "button", class: "text", "aria-label": `${tr("leave")} ${resident.tag}`, onclick: () => openLeave(resident) }, tr("leave"))));
}

/** Asks why, and shows one person until the time is over or the dialog is closed. @param {Resident} resident */
function openReveal(resident) {
  const why = purposeFields("reveal", "visit");
  const dialog = openForm("reveal", tr("revealTitle", resident.tag), tr("reveal"), async () => {
    const person = await api.reveal(resident.person, why.read());
    const timer = setTimeout(() => dialog.close(), SHOWN_MS);
    dialog.addEventListener("close", () => clearTimeout(timer));
    return el("div", { class: "revealed" },
      el("dl", { class: "facts" },
        el("div", null, el("dt", null, tr("personName")), el("dd", null, person.name)),
        el("div", null, el("dt", null, tr("idNumber")), el("dd", { class: "code" }, person.id_number ?? tr("notKnown"))),
        el("div", null, el("dt", null, tr("phone")), el("dd", { class: "code" }, person.phone ?? tr("notKnown")))),
      el("p", { class: "hint" }, tr("revealGoes", SHOWN_MS / 1000)),
      el("footer", null, el("button", { type: "button", onclick: () => dialog.close() }, tr("close"))));
  },
    el("p", { class: "hint" }, tr("revealHint")), ...why.fields);
  why.focus();
}

/** @param {string} code */
function openJoin(code) {
  const today = state.site?.today ?? state.day;
  const name = el("input", { type: "text", id: "join-name", name: "name", required: true, maxlength: 100, autocomplete: "off" });
  const id = el("input", { type: "text", id: "join-id", name: "id_number", maxlength: 30, autocomplete: "off", spellcheck: false });
  const phone = el("input", { type: "tel", id: "join-phone", name: "phone", maxlength: 30, autocomplete: "off" });
  const role = el("select", { id: "join-role", name: "role" }, ROLES.map((one) => el("option", { value: one }, tr(`residency_${one}`))));
  const from = el("input", { type: "date", id: "join-from", name: "from", required: true, max: today, value: today });
  openForm("join", tr("joinTitle", code), tr("joinSave"), async (form) => {
    const registration = String(new FormData(form).get("registration"));
    const joined = await api.join(code, {
      name: name.value, id_number: id.value, phone: phone.value, registration: registration === "none" ? "" : registration, role: role.value, from: from.value,
    });
    await moveOn();
    const said = tr(joined.overlaps ? "joinOverlaps" : "joinDone", joined.tag);
    toast(said);
    announce(said);
  },
    labelled("name", tr("personName"), name), labelled("id_number", tr("idNumber"), id), labelled("phone", tr("phone"), phone),
    labelled("role", tr("residencyRole"), role),
    choices("registration", tr("registration"), [["temporary", tr("registration_temporary")], ["registered", tr("registration_registered")], ["none", tr("livesElsewhere")]]),
    labelled("from", tr("movedIn"), from));
  name.focus();
}

/** @param {Resident} resident */
function openCorrect(resident) {
  const name = el("input", { type: "text", id: "correct-name", name: "name", maxlength: 100, autocomplete: "off" });
  const phone = el("input", { type: "tel", id: "correct-phone", name: "phone", maxlength: 30, autocomplete: "off" });
  const reason = el("input", { type: "text", id: "correct-reason", name: "reason", required: true, maxlength: 200, autocomplete: "off" });
  openForm("correct", tr("correctTitle", resident.tag), tr("correct"), async () => {
    await api.correctPerson(resident.person, { name: name.value, phone: phone.value, reason: reason.value });
    toast(tr("correctDone", resident.tag));
    announce(tr("correctDone", resident.tag));
  }, el("p", { class: "hint" }, tr("correctHint")),
    labelled("name", tr("personName"), name), labelled("phone", tr("phone"), phone), labelled("reason", tr("correctReason"), reason));
  name.focus();
}

/** @param {Resident} resident */
function openLeave(resident) {
  const today = state.site?.today ?? state.day;
  const to = el("input", { type: "date", id: "leave-to", name: "to", required: true, min: resident.from, max: today, value: today });
  openForm("leave", tr("leaveTitle", resident.tag), tr("leave"), async () => {
    await api.leave(resident.id, to.value);
    await moveOn();
    toast(tr("leaveDone", resident.tag));
    announce(tr("leaveDone", resident.tag));
  }, el("p", { class: "hint" }, tr("leaveHint")), labelled("to", tr("movedOut"), to));
}
