// Taking photos in the field: one large button, where the camera is, which house it is of, and what is stored. Works without a line: the
// queue keeps everything until the server has it.
import * as api from "./api.js";
import { tr } from "./i18n.js";
import { icon } from "./icons.js";
import { pickHouse } from "./pick.js";
import { changeWaiting } from "./queue.js";
import { bringFiles, queueLines } from "./queuelist.js";
import { may, set, state, watch } from "./state.js";
import { el, fill, paused } from "./ui.js";

/** @typedef {import("./queue.js").Waiting} Waiting */
/** @typedef {"device" | "centre" | "file"} Source whence the camera's place comes */

/** Whoever uses the device does not want to say where it is. */
let denied = false;
/** A browser tells where it is over https and on localhost only. */
const hasDevice = () => isSecureContext && "geolocation" in navigator && !denied;

/** @type {Source} */
let source = hasDevice() ? "device" : "file";
/** @type {{ lon: number, lat: number, accuracy: number | null } | null} */
let device = null;
/** @type {string | null} */
let house = null;
let watching = 0;
/** @type {{ draw: () => void, suggest: () => void } | null} */
let standing = null;

watch(["page", "me"], () => {
  if (state.page === "field") return;
  navigator.geolocation?.clearWatch(watching);
  watching = 0;
  standing = null;
});
watch(["me"], () => { house = null; });
watch(["at"], () => { if (source === "centre") standing?.suggest(); });

/** @param {{ centre: () => { lng: number, lat: number } | null }} acts */
export function fieldPage({ centre }) {
  const placeRoom = el("div", { class: "field-place" });
  const houseRoom = el("div", { class: "field-house" });
  const suggested = el("div", { class: "field-suggested", role: "status" });
  const camera = fileInput("field-camera", false, true);
  const gallery = fileInput("field-gallery", true, false);
  const shutter = el("span", null);

  const placeNow = () => {
    if (source === "device") return device;
    const at = source === "centre" ? centre() : null;
    return at && { lon: at.lng, lat: at.lat, accuracy: null };
  };
  const bring = (/** @type {HTMLInputElement} */ input, /** @type {boolean} */ now) => {
    const files = [...(input.files ?? [])];
    input.value = "";
    // A picture chosen later was not taken where this device is now.
    if (files.length) bringFiles(files, { house, place: now ? placeNow() : null, taken: now ? localTime() : null });
  };
  camera.addEventListener("change", () => bring(camera, true));
  gallery.addEventListener("change", () => bring(gallery, false));

  const draw = () => {
    shutter.textContent = house ? tr("fieldTakeOf", house) : tr("fieldTake");
    const option = (/** @type {Source} */ value, /** @type {string} */ text) => el("option", { value, selected: source === value }, text);
    const select = el("select", { id: "field-source", onchange: () => { source = /** @type {Source} */ (select.value); locate(); draw(); suggest(); } },
      hasDevice() && option("device", device ? tr("fieldDevice", device.accuracy === null ? "?" : Math.round(device.accuracy)) : tr("fieldDeviceWaits")),
      option("centre", tr("fieldCentre")), option("file", tr("fieldFile")));
    fill(placeRoom, el("label", { for: "field-source" }, tr("fieldPlace")), select, !hasDevice() && el("p", { class: "hint" }, tr(denied ? "fieldDenied" : "fieldNoDevice")));
    fill(houseRoom, el("span", { class: "sub" }, tr("fieldHouse")), el("b", { id: "field-house" }, house ?? tr("fieldHouseOpen")),
      el("button", { type: "button", id: "field-pick", onclick: choose }, icon("pin"), tr("photoPick")),
      house && el("button", { type: "button", class: "text", id: "field-clear", onclick: () => { house = null; draw(); } }, tr("fieldClear")));
  };
  const choose = async () => {
    const chosen = await pickHouse(tr("photoPickHint"));
    if (chosen) house = chosen.code;
    standing?.draw();
  };
  const suggest = paused(400, async () => {
    const place = placeNow();
    if (!place) return fill(suggested);
    try {
      const { candidates } = await api.photoSuggestion(place);
      fill(suggested, candidates.length > 0 && [el("span", { class: "sub" }, tr("fieldNear")), ...candidates.slice(0, 3).map((one) =>
        el("button", { type: "button", class: "near-house", onclick: () => { house = one.house_code; standing?.draw(); } }, one.address || one.house_code, el("small", null, tr("metres", Math.round(one.metres)))))]);
    } catch { /* without a line there is no suggestion; the server finds the house when the photo arrives */ }
  });
  const locate = () => {
    if (source !== "device" || watching || !hasDevice()) return;
    watching = navigator.geolocation.watchPosition(({ coords }) => {
      device = { lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy };
      standing?.draw();
      standing?.suggest();
    }, (refusal) => {
      device = null;
      if (refusal.code === refusal.PERMISSION_DENIED) [denied, source] = [true, "file"];
      standing?.draw();
    }, { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 });
  };
  standing = { draw, suggest };
  draw();
  locate();
  suggest();
  return el("div", { class: "field-page" },
    el("label", { class: "button main shutter" }, camera, icon("camera"), shutter),
    houseRoom, suggested, placeRoom,
    el("label", { class: "button" }, gallery, icon("up"), tr("fieldGallery")),
    queueLines(() => true, after),
    el("p", { class: "hint" }, tr("fieldMeans")));
}

/** Beside a stop of a round: a picture of its house, taken into the same queue. @param {string} code */
export function takeOf(code) {
  if (!may("take_photo")) return null;
  const camera = fileInput("walk-camera", false, true);
  camera.addEventListener("change", () => {
    const files = [...(camera.files ?? [])];
    camera.value = "";
    if (files.length) bringFiles(files, { house: code, place: null, taken: localTime() });
  });
  return el("div", { class: "walk-photo" },
    el("label", { class: "button" }, camera, icon("camera"), el("span", null, tr("fieldTakeOf", code))), queueLines((one) => one.house === code));
}

/** What can be done with a photo in the queue: say its house, or look at the house that was found. @param {Waiting} one */
function after(one) {
  if (one.state === "stored") {
    return el("span", { class: "acts-of" }, one.link && el("span", { class: "sub" }, tr(`link_${one.link}`)), one.photo && one.link !== "certain" && one.link !== "placed_by_hand"
      && el("button", { type: "button", class: "text", onclick: () => set({ photo: one.photo }) }, tr("photoPick")));
  }
  return el("span", { class: "acts-of" }, el("button", { type: "button", class: "text", onclick: async () => {
    const chosen = await pickHouse(tr("photoPickHint"));
    if (chosen) await changeWaiting(one.id, { house: chosen.code });
  } }, tr(one.house ? "photoOther" : "photoPick")));
}

/** @param {string} id @param {boolean} multiple @param {boolean} capture with the camera at the back */
const fileInput = (id, multiple, capture) => el("input", { type: "file", id, class: "offscreen", multiple, accept: "image/jpeg,image/png,image/webp", capture: capture ? "environment" : null });

/** As a camera writes it: local, to the second. */
function localTime() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
