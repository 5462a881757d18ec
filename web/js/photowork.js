// The page of photos beside the map: taking them, those that wait for their house, and where some are missing.
import * as api from "./api.js";
import { coverage } from "./coverage.js";
import { fieldPage } from "./field.js";
import { longDay, number, tr, troubleText } from "./i18n.js";
import { icon } from "./icons.js";
import { mine, onQueue } from "./queue.js";
import { may, set, state, watch } from "./state.js";
import { thumb } from "./thumb.js";
import { byId, el, fill, paused, phone } from "./ui.js";

/** @typedef {api.PhotoCard} PhotoCard */
/** @typedef {{ marks: (photos: PhotoCard[]) => void, bare: (ids: number[]) => void, open: (code: string, at: [number, number]) => void, centre: () => { lng: number, lat: number } | null }} Acts */

/** @type {PhotoCard[]} */
let waiting = [];
/** @type {string | null} */
let next = null;
/** @type {"" | "unplaced" | "suggested"} */
let only = "";
/** @type {unknown} */
let trouble = null;
let loaded = false;
let control = new AbortController();

/** The photo after this one in the queue that is being worked through. @param {string} id */
export function nextToPlace(id) {
  if (state.page !== "photos") return null;
  const at = waiting.findIndex((photo) => photo.id === id);
  return waiting[at + 1]?.id ?? waiting.find((photo) => photo.id !== id)?.id ?? null;
}

const PAGES = /** @type {const} */ ([["field", "photosTake", "take_photo"], ["photos", "photosToPlace", "see_photos"], ["coverage", "photosCoverage", "see_work"]]);

/** Whether this page is one about photos and open to whoever looks. */
export const onPhotoPage = () => PAGES.some(([page, , right]) => page === state.page && may(right));

/** @param {Acts} acts */
export function startPhotoWork(acts) {
  const button = byId("photos-open");
  const room = byId("photo-work");
  button.addEventListener("click", () => {
    const first = phone() && may("take_photo") ? "field" : may("see_photos") ? "photos" : "coverage";
    set({ page: PAGES.some(([page]) => page === state.page) ? "" : first, sel: null, photo: null, halo: null });
  });
  const badge = () => {
    button.hidden = !PAGES.some(([, , right]) => may(right));
    button.setAttribute("aria-pressed", String(PAGES.some(([page]) => page === state.page)));
    const unsent = mine().filter((one) => one.state === "waiting").length;
    button.title = unsent ? tr("photosWaiting", unsent) : tr("photos");
    button.setAttribute("aria-label", button.title);
    fill(button, icon("camera"), unsent > 0 && el("b", { class: "badge" }, unsent > 99 ? "99+" : String(unsent)));
  };
  // While the card of one photo is open, the map is its.
  const marks = () => { if (!state.photo) acts.marks(state.page === "photos" ? waiting : []); };
  const load = paused(80, async () => {
    if (state.page !== "photos" || !may("see_photos")) return marks();
    control.abort();
    control = new AbortController();
    const { signal } = control;
    try {
      const page = await api.photosToPlace(only, null, signal);
      if (signal.aborted) return;
      if (loaded && !trouble && JSON.stringify([waiting, next]) === JSON.stringify([page.photos, page.next])) return marks();
      [waiting, next, trouble, loaded] = [page.photos, page.next, null, true];
    } catch (error) {
      if (api.stale(error)) return;
      trouble = error;
    }
    marks();
    draw();
  });
  const more = async () => {
    try {
      const page = await api.photosToPlace(only, next);
      waiting = [...waiting, ...page.photos];
      next = page.next;
      marks();
      draw();
    } catch (error) {
      trouble = error;
      draw();
    }
  };
  const draw = () => {
    badge();
    if (!onPhotoPage()) return fill(room);
    const at = room.scrollTop;
    const focused = document.activeElement?.id;
    fill(room,
      el("div", { class: "card-top" }, el("button", { type: "button", class: "quiet", "aria-label": tr("back"), title: tr("back"), onclick: () => set({ page: "" }) }, icon("back")), el("h2", null, tr("photos"))),
      el("div", { class: "photo-tabs", role: "group", "aria-label": tr("photos") }, PAGES.filter(([, , right]) => may(right)).map(([page, word]) =>
        el("button", { type: "button", id: `photo-tab-${page}`, "aria-pressed": String(state.page === page), onclick: () => set({ page, photo: null }) }, tr(word)))),
      state.page === "photos" && toPlace(), state.page === "field" && fieldPage(acts), state.page === "coverage" && coverage(acts));
    room.scrollTop = at;
    if (focused && room.querySelector(`#${CSS.escape(focused)}`)) byId(focused).focus({ preventScroll: true });
  };
  const toPlace = () => el("div", { class: "to-place" },
    el("div", { class: "tasks-filter" }, el("select", { id: "to-place-only", "aria-label": tr("photosToPlace"), onchange: (/** @type {Event} */ event) => {
      only = /** @type {typeof only} */ (/** @type {HTMLSelectElement} */ (event.target).value);
      load();
    } }, /** @type {const} */ ([["", "toPlaceAll"], ["unplaced", "toPlaceUnplaced"], ["suggested", "toPlaceSuggested"]]).map(([value, word]) => el("option", { value, selected: value === only }, tr(word))))),
    trouble ? el("div", { class: "empty" }, icon("help"), el("p", null, tr("troubleLoad"), troubleText(trouble)), el("button", { type: "button", onclick: load }, tr("retry")))
      : !loaded ? el("div", { class: "skeleton", "aria-hidden": "true" }, el("i"), el("i"), el("i"))
      : !waiting.length ? el("div", { class: "empty" }, icon("check"), el("p", null, tr("toPlaceNone")))
      : [el("p", { class: "hint pad", role: "status" }, tr("toPlaceCount", waiting.length, next ? "+" : "")), el("ul", { id: "to-place" }, waiting.map(row)),
        next && el("p", { class: "pad" }, el("button", { type: "button", onclick: more }, tr("listMore")))]);
  watch(["page", "me", "revision"], load);
  onQueue(badge);
  watch(["photo"], marks);
  watch(["page", "lang", "me"], () => { if (state.page !== "coverage") acts.bare([]); draw(); });
  load();
  draw();
}

/** @param {PhotoCard} photo */
function row(photo) {
  const [first] = photo.candidates;
  return el("li", null, el("button", { type: "button", class: "to-place-row", id: `to-place-${photo.id}`, data: { id: photo.id }, onclick: () => set({ photo: photo.id }) },
    thumb(photo.id, ""),
    el("span", null, el("b", null, tr(`link_${photo.link}`)), el("small", null, longDay(photo.day)),
      el("small", null, first ? tr("candidateFirst", first.address || first.house_code, number(Math.round(first.metres))) : photo.unplaced_because ? tr(`because_${photo.unplaced_because}`) : ""))));
}
