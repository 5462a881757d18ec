// Choosing one house for something else: on the map, by the search box or from the list. While it lasts, opening a house means choosing it.
import { tr } from "./i18n.js";
import { rest } from "./sheet.js";
import { watch } from "./state.js";
import { announce, byId, el, fill, phone } from "./ui.js";

/** @typedef {{ code: string, lng: number, lat: number }} Chosen */

/** @type {((house: Chosen | null) => void) | null} */
let asked = null;
/** Where the sheet of a phone stood before. */
let stop = /** @type {Parameters<typeof rest>[0]} */ ("half");

watch(["photo", "page", "me"], () => { answer(null); });

/**
 * Asks for a house; null when it was given up.
 * @param {string} what it is for
 * @returns {Promise<Chosen | null>}
 */
export function pickHouse(what) {
  answer(null);
  const bar = byId("pick");
  fill(bar, el("span", null, what), el("button", { type: "button", id: "pick-cancel", onclick: () => answer(null) }, tr("cancel")));
  bar.hidden = false;
  announce(what);
  stop = byId("sheet").dataset.stop;
  if (phone()) rest("peek");
  return new Promise((done) => { asked = done; });
}

/** Whether a house is being asked for. */
export const picking = () => Boolean(asked);

/** Takes a house if one is asked for, or gives up. @param {Chosen | null} house @returns {boolean} whether one was asked for */
export function answer(house) {
  if (!asked) return false;
  const done = asked;
  asked = null;
  byId("pick").hidden = true;
  if (phone()) rest(stop);
  done(house);
  return true;
}
