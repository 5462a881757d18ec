// A person by the whole identity number, with the houses over time: asked for with a purpose, on record, and gone from the screen after a
// while. The number goes in the body only: never into an address, never into the search of houses.
import * as api from "./api.js";
import { labelled, openForm } from "./form.js";
import { longDay, tr } from "./i18n.js";
import { purposeFields } from "./purpose.js";
import { el } from "./ui.js";

const SHOWN_MS = 120_000;

/** What looks like an identity number, or like the beginning of one. @param {string} text */
export const likeIdNumber = (text) => /^\d{9,17}[\dXx]?$/.test(text);

/** @param {string} number @param {(code: string) => void} open a house */
export function openPersonFind(number, open) {
  const id = el("input", { type: "text", id: "find-number", name: "id_number", required: true, maxlength: 30, autocomplete: "off", spellcheck: "false" });
  id.value = number;
  const why = purposeFields("find", "case");
  const dialog = openForm("find", tr("findTitle"), tr("findIt"), async () => {
    const { residencies } = await api.findPerson(id.value.trim(), why.read());
    const timer = setTimeout(() => dialog.close(), SHOWN_MS);
    dialog.addEventListener("close", () => clearTimeout(timer));
    return el("div", { class: "found-person" },
      el("h3", null, tr("fileResidencies")),
      residencies.length ? stays(residencies, (code) => { dialog.close(); open(code); }) : el("p", { class: "note" }, tr("findElsewhere")),
      el("p", { class: "hint" }, tr("revealGoes", SHOWN_MS / 1000)),
      el("footer", null, el("button", { type: "button", onclick: () => dialog.close() }, tr("close"))));
  }, el("p", { class: "hint" }, tr("findHint")), labelled("id_number", tr("idNumber"), id), ...why.fields);
  (number ? why : id).focus();
}

/**
 * The houses of one person over time, the newest first; those that last stand out by their words.
 * @param {Pick<api.Resident, "house_code" | "role" | "registration" | "from" | "to">[]} residencies @param {(code: string) => void} open
 */
export const stays = (residencies, open) => el("ol", { class: "stays" }, [...residencies].sort((a, b) => (a.from < b.from ? 1 : -1)).map((stay) => el("li", { class: stay.to ? "" : "lasts" },
  el("button", { type: "button", class: "text", "aria-label": tr("photoHouse", stay.house_code), onclick: () => open(stay.house_code) }, stay.house_code),
  el("span", null, [tr(`residency_${stay.role}`), stay.registration ? tr(`registration_${stay.registration}`) : tr("livesElsewhere")].join(" · ")),
  el("small", null, `${longDay(stay.from)} – ${stay.to ? longDay(stay.to) : tr("fileLasts")}`))));
