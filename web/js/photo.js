// The card of one photo beside the map: what it shows, how it came to its house, where it was taken; putting that right; deleting it.
import * as api from "./api.js";
import { labelled, moveOn, openForm } from "./form.js";
import { fileSize, longDay, moment, number, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { openLightbox } from "./lightbox.js";
import { answer, pickHouse } from "./pick.js";
import { photoChanged } from "./queue.js";
import { may, set, state, watch } from "./state.js";
import { thumb } from "./thumb.js";
import { announce, byId, el, fill, toast } from "./ui.js";

/** @typedef {api.PhotoCard} PhotoCard */
/** @typedef {{ n: number, code: string, lng: number, lat: number }} Spot a house that the photo may show, numbered as in the list */
/** @typedef {{ mark: (photo: PhotoCard | null, spots: Spot[]) => void, go: (at: { lng: number, lat: number }) => void, house: (code: string) => void, next: (id: string) => string | null }} Acts */

/** @type {PhotoCard | null} */
let shown = null;
/** @type {Spot[]} */
let spots = [];
let control = new AbortController();

/** @param {Acts} acts */
export function startPhoto(acts) {
  const room = byId("photo");
  const load = async () => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    const id = state.photo;
    room.hidden = !id;
    if (!id) {
      if (shown) acts.mark(null, []);
      shown = null;
      return fill(room);
    }
    const fresh = shown?.id !== id;
    if (fresh) shown = null;
    if (fresh) fill(room, top(), el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i"), el("i")));
    try {
      const photo = await api.photo(id, signal);
      const houses = await Promise.all((photo.house_code ? [photo.house_code] : photo.candidates.map((one) => one.house_code)).map((code) => api.houseOf(code, state.day, signal).catch(() => null)));
      if (signal.aborted) return;
      if (JSON.stringify(photo) === JSON.stringify(shown)) return; // something else changed
      shown = photo;
      spots = houses.flatMap((house, i) => (house ? [{ n: i + 1, code: house.code, lng: house.lon, lat: house.lat }] : []));
      acts.mark(photo, spots);
      draw();
      if (!fresh) return;
      room.focus({ preventScroll: true });
      announce(`${tr("photo")}, ${longDay(photo.day)}, ${tr(`link_${photo.link}`)}`);
      const at = photo.lon !== null && photo.lat !== null ? { lng: photo.lon, lat: photo.lat } : spots[0];
      if (at) acts.go(at);
    } catch (error) {
      if (api.stale(error)) return;
      fill(room, top(), el("div", { class: "empty" }, icon("camera"), el("p", null, tr("troubleLoad"), troubleText(error)), el("button", { type: "button", onclick: load }, tr("retry"))));
    }
  };
  const draw = () => { if (shown) fill(room, top(), el("div", { class: "card-body" }, parts(shown, acts))); };
  watch(["me"], () => { shown = null; }); // others may do less
  watch(["photo", "me", "revision"], load);
  watch(["lang"], draw);
  room.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (!answer(null)) set({ photo: null });
  });
  load();
}

function top() {
  return el("div", { class: "card-top" },
    el("button", { type: "button", class: "quiet", id: "photo-back", "aria-label": tr("photoBack"), title: tr("photoBack"), onclick: () => set({ photo: null }) }, icon("back")),
    el("h2", null, tr("photo")));
}

const LINKS = /** @type {const} */ ({ certain: "check", placed_by_hand: "pin", suggested: "help", unplaced: "cross" });

/** @param {PhotoCard} photo @param {Acts} acts */
function parts(photo, acts) {
  const next = acts.next(photo.id);
  const words = tr("photoOf", longDay(photo.day), tr(`link_${photo.link}`));
  const [lat, lon] = [photo.lat?.toFixed(6), photo.lon?.toFixed(6)];
  return [
    el("button", { type: "button", class: "photo-large", id: "photo-enlarge", "aria-label": tr("photoEnlarge", words), onclick: () => enlarge(photo) }, thumb(photo.id, words, "large")),
    el("p", { class: `photo-link ${photo.link}`, id: "photo-link" }, icon(LINKS[photo.link]), el("b", null, tr(`link_${photo.link}`)),
      photo.house_code && el("button", { type: "button", class: "text", id: "photo-house", onclick: () => { if (photo.house_code) acts.house(photo.house_code); } }, tr("photoHouse", photo.house_code))),
    photo.unplaced_because && el("p", { class: "hint pad" }, tr(`because_${photo.unplaced_because}`)),
    photo.candidates.length > 0 && el("section", { class: "part" }, el("h3", null, tr("photoCandidates")),
      el("ol", { class: "candidates", id: "candidates" }, photo.candidates.map((one, i) => candidate(photo, one, i)))),
    photo.alike.length > 0 && el("section", { class: "part", id: "alike" }, el("h3", null, icon("bad"), tr("photoAlike")), el("p", { class: "hint" }, tr("photoAlikeMeans")),
      el("div", { class: "thumbs" }, photo.alike.map((other) => el("button", { type: "button", class: "photo-open", "aria-label": tr("photoOpen", longDay(other.day)), title: longDay(other.day), onclick: () => set({ photo: other.id }) }, thumb(other.id, ""))))),
    may("take_photo") && el("div", { class: "photo-acts" },
      el("button", { type: "button", class: photo.house_code || photo.candidates.length ? "" : "main", id: "photo-pick", onclick: () => pick(photo) }, icon("pin"), tr(photo.house_code ? "photoOther" : "photoPick")),
      photo.house_code && el("button", { type: "button", id: "photo-unlink", onclick: () => act(() => api.unlinkPhoto(photo.id), tr("photoUnlinked")) }, icon("cross"), tr("photoUnlink")),
      may("delete_photo") && el("button", { type: "button", id: "photo-delete", onclick: () => openDelete(photo) }, icon("trash"), tr("photoDelete")),
      next && el("button", { type: "button", id: "photo-go-on", onclick: () => set({ photo: next }) }, tr("photoGoOn"), icon("next"))),
    el("dl", { class: "facts" },
      fact("photoTaken", photo.taken ? photo.taken.replace("T", " ") : tr("notKnown")),
      fact("place", lat ? `${lat}, ${lon}${photo.accuracy_m !== null ? ` · ${tr("photoWithin", Math.round(photo.accuracy_m))}` : ""}` : tr("notKnown")),
      fact("photoHeading", photo.heading === null ? tr("notKnown") : `${Math.round(photo.heading)}° ${tr("photoWinds").split(" ")[Math.round(photo.heading / 45) % 8]}`),
      fact("photoSize", `${number(photo.width)} × ${number(photo.height)} · ${fileSize(photo.bytes)}`),
      fact("photoSent", `${photo.uploaded_by}, ${moment(photo.uploaded_at)}`)),
    photo.notes.length > 0 && el("ul", { class: "photo-notes" }, photo.notes.map((note) => el("li", null, icon("bad"), noteText(note)))),
  ];
}

/** @param {import("./i18n.js").Word} word @param {string} text */
const fact = (word, text) => el("div", null, el("dt", null, tr(word)), el("dd", null, text));

/** What was passed over in the file. @param {string} note */
function noteText(note) {
  const [what] = /place|time|heading|accuracy/.exec(note) ?? ["exif"];
  return note === "exif_heading_magnetic" ? tr("note_magnetic") : tr(/** @type {import("./i18n.js").Word} */ (`note_${what}`));
}

/** @param {PhotoCard} photo @param {api.Candidate} one @param {number} i */
function candidate(photo, one, i) {
  const spot = spots.find(({ n }) => n === i + 1);
  const ring = () => { if (spot) set({ halo: { code: spot.code, lng: spot.lng, lat: spot.lat } }); };
  return el("li", { onpointerenter: ring, onfocusin: ring },
    el("span", { class: "nth", "aria-hidden": "true" }, String(i + 1)),
    el("div", null, el("b", null, one.address || one.house_code), el("small", null, [one.address && one.house_code,
      one.reason === "seen" && one.share !== null ? tr("candidateSeen", Math.round(one.share * 100)) : tr("candidateNear"), tr("metres", Math.round(one.metres))].filter(Boolean).join(" · "))),
    may("take_photo") && el("button", { type: "button", class: i === 0 ? "main" : "", "aria-label": tr("photoLinkTo", one.address || one.house_code), onclick: () => link(photo, one.house_code) }, tr("photoLink")));
}

/** With the others of its house to walk through. @param {PhotoCard} photo */
async function enlarge(photo) {
  const others = photo.house_code ? await api.photosOf(photo.house_code).catch(() => null) : null;
  openLightbox(others?.photos.length ? others.photos : [photo], photo.id);
}

/** @param {PhotoCard} photo */
async function pick(photo) {
  const house = await pickHouse(tr("photoPickHint"));
  if (house) await link(photo, house.code);
}

/** @param {PhotoCard} photo @param {string} code */
const link = (photo, code) => act(() => api.linkPhoto(photo.id, code), tr("photoLinked", code));

/** @param {() => Promise<PhotoCard>} verb @param {string} said */
async function act(verb, said) {
  try {
    await photoChanged(await verb());
    await moveOn();
    toast(said);
    announce(said);
  } catch (error) {
    toast(troubleText(error), "bad");
  }
}

/** @param {PhotoCard} photo */
function openDelete(photo) {
  const reason = el("textarea", { id: "photo-reason", name: "reason", required: true, rows: 3, maxlength: 500 });
  openForm("photo-delete-form", tr("photoDeleteTitle"), tr("photoDeleteIt"), async () => {
    await api.deletePhoto(photo.id, reason.value.trim());
    set({ photo: null });
    await moveOn();
    toast(tr("photoDeleted"));
  }, el("p", { class: "hint" }, tr("photoDeleteHint")), labelled("reason", tr("voidReason"), reason));
  reason.focus();
}
