// The photos of one house on its card: by date, before and after, and more of them by choosing, dropping or pasting.
import { longDay, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { openBeforeAfter } from "./lightbox.js";
import { bringFiles, queueLines } from "./queuelist.js";
import { may, set, state } from "./state.js";
import { thumb } from "./thumb.js";
import { byId, el } from "./ui.js";

/** @typedef {import("./api.js").Photo} Photo */

/** @param {Photo} photo */
export const photoName = (photo) => tr("photoOf", longDay(photo.day), tr(`link_${photo.link}`));

/**
 * @param {string} code
 * @param {Photo[] | null} photos newest first; null for whom they are not shown
 */
export function photoList(code, photos) {
  if (!photos) return null;
  const days = [...new Set(photos.map((photo) => photo.day))];
  const section = el("section", { class: "part photos", id: "photos" },
    el("h3", null, icon("camera"), tr("photos"), el("small", null, photos.length ? String(photos.length) : ""),
      days.length > 1 && el("button", { type: "button", class: "text", id: "before-after", onclick: () => openBeforeAfter(photos) }, tr("beforeAfter"))),
    photos.length > 0 ? el("ol", { class: "photo-days" }, days.map((day) => el("li", null,
      el("time", { datetime: day }, longDay(day)),
      el("div", { class: "thumbs" }, photos.filter((photo) => photo.day === day).map((photo) =>
        el("button", { type: "button", class: "photo-open", data: { id: photo.id }, "aria-label": photoName(photo), title: photoName(photo), onclick: () => set({ photo: photo.id }) }, thumb(photo.id, ""))))))) : el("p", { class: "note" }, tr("photosNone")),
    may("take_photo") && bringing(code));
  return section;
}

/** Where files are chosen, dropped and pasted. @param {string} code */
function bringing(code) {
  const input = el("input", { type: "file", id: "photo-files", class: "offscreen", multiple: true, accept: "image/jpeg,image/png,image/webp" });
  input.addEventListener("change", () => { bring([...(input.files ?? [])]); input.value = ""; });
  const bring = (/** @type {File[]} */ files) => bringFiles(files, { house: code, place: null, taken: null });
  const zone = el("div", { class: "drop", id: "photo-drop" },
    el("label", { class: "button" }, input, icon("up"), tr("photosAdd")),
    el("span", { class: "hint" }, tr("photosDrop")), queueLines((one) => one.house === code));
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    bring([...(event.dataTransfer?.files ?? [])]);
  });
  return zone;
}

/** Pictures pasted while a house's card is open belong to that house. */
export function startPaste() {
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!files.length || !state.sel || byId("card").hidden || !may("take_photo") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    bringFiles(files, { house: state.sel, place: null, taken: null });
  });
}
