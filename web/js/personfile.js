// What is kept of one person, for the person who asks: on the screen for a while, and on paper. It stays nowhere else.
import * as api from "./api.js";
import { openForm } from "./form.js";
import { longDay, moment, pick, roleName, tr, verbName } from "./i18n.js";
import { purposeFields } from "./purpose.js";
import { set, state } from "./state.js";
import { byId, el, fill } from "./ui.js";

/** @typedef {api.PersonFile} PersonFile */
/** @typedef {import("./i18n.js").Word} Word */

/** It disappears from the screen after so long: enough to read it together and print it. */
const SHOWN_MS = 600_000;

/** Asks why, then shows all that is kept. @param {api.Resident} resident */
export function openFile(resident) {
  const why = purposeFields("file", "person_asked");
  const dialog = openForm("file", tr("fileTitle", resident.tag), tr("fileOpen"), async () => {
    const file = await api.personFile(resident.person, why.read());
    const timer = setTimeout(() => dialog.close(), SHOWN_MS);
    dialog.addEventListener("close", () => clearTimeout(timer));
    return el("div", { class: "person-file" }, paper(file, (code) => { dialog.close(); set({ sel: code }); }),
      el("footer", null,
        el("button", { type: "button", class: "main", id: "file-print", onclick: () => print(file) }, tr("filePrint")),
        el("button", { type: "button", onclick: () => dialog.close() }, tr("close"))));
  }, el("p", { class: "hint" }, tr("fileHint")), ...why.fields);
  why.focus();
}

/** The print's end empties the sheet again (print.js). @param {PersonFile} file */
function print(file) {
  fill(byId("printout"), el("header", null, el("h1", null, pick(state.site?.name)), el("p", null, longDay(state.site?.today ?? state.day))), paper(file));
  window.print();
}

/** @param {PersonFile} file @param {(code: string) => void} [open] a house; not on paper */
function paper(file, open) {
  const { person } = file;
  return el("article", null,
    el("h2", null, tr("fileHead")),
    el("dl", { class: "facts" },
      fact("personName", person.name), fact("idNumber", person.id_number ?? tr("notKnown")), fact("phone", person.phone ?? tr("notKnown")), fact("fileSince", moment(file.recorded_at))),
    el("h3", null, tr("fileResidencies")),
    table(["code", "csvAddress", "residencyRole", "registration", "movedIn", "movedOut", "fileRecorded"], file.residencies.map((stay) => [
      open ? el("button", { type: "button", class: "text", "aria-label": tr("photoHouse", stay.house_code), onclick: () => open(stay.house_code) }, stay.house_code) : stay.house_code, stay.address, tr(`residency_${stay.role}`), stay.registration ? tr(`registration_${stay.registration}`) : tr("livesElsewhere"),
      longDay(stay.from), stay.to ? longDay(stay.to) : tr("fileLasts"),
      stay.ended_at ? `${moment(stay.recorded_at)}, ${stay.recorded_by}; ${tr("leave")}: ${moment(stay.ended_at)}, ${stay.ended_by}` : `${moment(stay.recorded_at)}, ${stay.recorded_by}`])),
    el("h3", null, tr("fileUses")),
    table(["fileWhen", "fileWho", "fileWhat", "fileWhy"], file.uses.map((use) => [
      moment(use.at), `${use.who} (${roleName(use.role)})`, verbName(use.action), use.purpose ? tr(`purpose_${use.purpose}`) : use.house_code ?? ""])),
    file.cut && el("p", null, tr("fileCut")),
    el("p", { class: "hint" }, tr("fileRights")));
}

/** @param {Word} word @param {string} text */
const fact = (word, text) => el("div", null, el("dt", null, tr(word)), el("dd", null, text));

/** @param {Word[]} heads @param {import("./ui.js").Child[][]} rows */
const table = (heads, rows) => el("table", null,
  el("thead", null, el("tr", null, heads.map((word) => el("th", { scope: "col" }, tr(word))))),
  el("tbody", null, rows.map((cells) => el("tr", null, cells.map((cell) => el("td", null, cell))))));
