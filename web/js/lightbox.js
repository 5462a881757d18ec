// A photo as large as the screen, and two of one house side by side.
import { openDialog } from "./dialog.js";
import { longDay, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { thumb } from "./thumb.js";
import { el, fill } from "./ui.js";

/** @typedef {import("./api.js").Photo} Photo */

/**
 * @param {Photo[]} photos to walk through with the arrow keys
 * @param {string} id the one to begin with
 */
export function openLightbox(photos, id) {
  let at = Math.max(0, photos.findIndex((photo) => photo.id === id));
  const stage = el("figure", { class: "lightbox" });
  const step = (/** @type {number} */ by) => { at = (at + by + photos.length) % photos.length; draw(); };
  const draw = () => {
    const photo = photos[at];
    const words = `${longDay(photo.day)}${photo.house_code ? ` · ${photo.house_code}` : ""}`;
    fill(stage, thumb(photo.id, tr("photoOf", longDay(photo.day), tr(`link_${photo.link}`)), "full"),
      el("figcaption", { role: "status" }, words, photos.length > 1 && ` · ${at + 1} / ${photos.length}`));
  };
  draw();
  const dialog = openDialog("lightbox", tr("photo"), stage,
    photos.length > 1 && el("footer", null,
      el("button", { type: "button", id: "photo-before", "aria-label": tr("photoBefore"), onclick: () => step(-1) }, icon("back")),
      el("button", { type: "button", id: "photo-next", "aria-label": tr("photoNext"), onclick: () => step(1) }, icon("next"))));
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
  });
}

/** The oldest beside the newest at first; each side is chosen. @param {Photo[]} photos newest first */
export function openBeforeAfter(photos) {
  const side = (/** @type {string} */ id, /** @type {import("./i18n.js").Word} */ word, /** @type {Photo} */ chosen) => {
    const box = el("div", null);
    const show = (/** @type {Photo} */ photo) => fill(box, thumb(photo.id, `${tr(word)}: ${longDay(photo.day)}`, "large"));
    const which = el("select", { id, onchange: () => { const photo = photos.find((one) => one.id === which.value); if (photo) show(photo); } },
      photos.map((photo) => el("option", { value: photo.id, selected: photo === chosen }, photo.taken ? photo.taken.slice(0, 16).replace("T", " ") : longDay(photo.day))));
    show(chosen);
    return el("figure", null, el("figcaption", null, el("label", { for: id }, tr(word)), which), box);
  };
  openDialog("pair", tr("beforeAfter"), el("div", { class: "photo-pair" }, side("pair-before", "before_photo", photos[photos.length - 1]), side("pair-after", "after_photo", photos[0])));
}
