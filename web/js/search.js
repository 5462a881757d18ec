// The search box: asks the server while typing (not while an input method composes) and offers what it finds.
import * as api from "./api.js";
import { tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { likeIdNumber } from "./personfind.js";
import { may, state } from "./state.js";
import { byId, el, fill, paused, phone } from "./ui.js";

/** @typedef {api.Found} Found */

/** @typedef {{ act: () => void, text: string }} Offer something else than a house to do with what was typed */

/** @param {(house: Found) => void} choose @param {(number: string) => void} findPerson */
export function startSearch(choose, findPerson) {
  const input = byId("search");
  const list = byId("found");
  /** @type {(Found | Offer)[]} */
  let found = [];
  let active = -1;
  let control = new AbortController();

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  /** Long numbers may be a person's: they are asked for only by choice, as they would stand in an address. @param {string} words @returns {Offer[]} */
  const offers = (words) => [
    ...(may("reveal_person") ? [{ text: tr("findOffer"), act: () => { input.value = ""; close(); findPerson(words); } }] : []),
    { text: tr("findHouseOffer"), act: () => { askNow(words); } },
  ];
  const ask = paused(160, () => {
    control.abort();
    const words = input.value.trim();
    if (!words) return close();
    if (!likeIdNumber(words)) return askNow(words);
    found = offers(words);
    active = -1;
    draw();
  });
  const askNow = async (/** @type {string} */ words) => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    try {
      const answer = await api.search(words, state.day, signal);
      if (signal.aborted) return;
      found = answer.houses;
      active = -1;
      draw();
    } catch (error) {
      if (!api.stale(error)) close();
    }
  };
  const pick = (/** @type {Found | Offer} */ house) => {
    if ("act" in house) return house.act();
    close();
    if (phone()) input.blur();
    input.value = house.address || house.code;
    choose(house);
  };
  const draw = () => {
    fill(list, ...(found.length
      ? found.map((house, i) => el("li", { role: "option", id: `found-${i}`, "aria-selected": String(i === active), onpointerdown: (/** @type {Event} */ event) => { event.preventDefault(); pick(house); } },
        "act" in house ? [icon("search"), el("span", { class: "address" }, house.text)] : [mark(house.tier), el("span", { class: "offscreen" }, tierName(house.tier)), el("span", { class: "address" }, house.unit ? `${house.unit} · ` : "", house.address || house.code), el("span", { class: "code" }, house.address ? house.code : "")]))
      : [el("li", { class: "nothing", role: "option", "aria-disabled": "true", "aria-selected": "false" }, tr("searchNone"))]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (active >= 0) input.setAttribute("aria-activedescendant", `found-${active}`);
    else input.removeAttribute("aria-activedescendant");
  };

  input.addEventListener("input", (/** @type {InputEvent} */ event) => { if (!event.isComposing) ask(); });
  input.addEventListener("compositionend", () => ask());
  input.addEventListener("blur", close);
  input.addEventListener("focus", () => { if (input.value) ask(); });
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (list.hidden) { input.value = ""; input.blur(); } else close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && found.length) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
      draw();
    } else if (event.key === "Enter" && !list.hidden && found.length) {
      event.preventDefault();
      pick(found[Math.max(active, 0)]);
    }
  });
}
