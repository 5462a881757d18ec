// The bottom sheet of a phone: three stops, tabs, dragging. On wide screens the style sheet dissolves it.
import { tr } from "./i18n.js";
import { set, state, watch } from "./state.js";
import { byId, el, fill, phone } from "./ui.js";

/** @typedef {"peek" | "half" | "full"} Stop */
/** @typedef {"list" | "area" | "day"} Tab */
/** @type {Stop[]} */
const STOPS = ["peek", "half", "full"];

/** @type {() => void} */
let moved = () => {};

/** @param {Stop} stop */
export function rest(stop) {
  const sheet = byId("sheet");
  if (sheet.dataset.stop === stop) return;
  sheet.dataset.stop = stop;
  if (stop === "peek") byId("work").scrollTop = 0;
  byId("handle").setAttribute("aria-expanded", String(stop !== "peek"));
  setTimeout(() => moved(), 280);
}

let shownAgain = () => {};

/** @param {Tab} tab */
export function showTab(tab) {
  byId("sheet").dataset.tab = tab;
  shownAgain();
}

/** How much of the map the sheet covers, in px. A full sheet counts as half: the map behind it waits. */
export function covered() {
  if (!phone()) return 0;
  const room = byId("stage").clientHeight;
  return byId("sheet").dataset.stop === "peek" ? PEEK : Math.round(room * 0.5);
}

const PEEK = 132;

/** @param {() => void} onRest */
export function startSheet(onRest) {
  moved = onRest;
  const sheet = byId("sheet");
  const tabs = () => fill(byId("tabs-phone"), ...[["list", state.page === "studies" ? "studies" : "tabList"], ["area", "tabArea"], ["day", "tabDay"]].map(([tab, word]) => el("button", {
    type: "button", "aria-pressed": String(sheet.dataset.tab === tab),
    onclick: () => {
      // A study needs the pencil and the day.
      if (state.sel || state.photo || state.page) set({ sel: null, photo: null, ...(state.page === "studies" ? {} : { page: "", round: null }) });
      sheet.dataset.tab = tab;
      tabs();
      if (sheet.dataset.stop === "peek") rest("half");
    },
  }, tr(/** @type {import("./i18n.js").Word} */ (word)))));
  watch(["lang", "page"], tabs);
  shownAgain = tabs;
  tabs();
  watch(["sel", "photo"], () => {
    sheet.classList.toggle("with-card", Boolean(state.sel || state.photo));
    if ((state.sel || state.photo) && sheet.dataset.stop === "peek") rest("half");
  });
  sheet.classList.toggle("with-card", Boolean(state.sel || state.photo));

  const handle = byId("handle");
  let from = 0;
  let dragged = false;
  handle.addEventListener("click", () => {
    if (dragged) return;
    const at = STOPS.indexOf(/** @type {Stop} */ (sheet.dataset.stop));
    rest(at === 2 ? "peek" : STOPS[at + 1]);
  });
  handle.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    from = event.clientY;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const by = event.clientY - from;
    if (Math.abs(by) > 8) dragged = true;
    if (dragged) sheet.style.transform = `translateY(${Math.max(by, -40)}px)`;
  });
  handle.addEventListener("pointerup", (/** @type {PointerEvent} */ event) => {
    sheet.style.transform = "";
    if (!dragged) return;
    const by = event.clientY - from;
    const at = STOPS.indexOf(/** @type {Stop} */ (sheet.dataset.stop));
    const steps = Math.abs(by) > 260 ? 2 : Math.abs(by) > 30 ? 1 : 0;
    rest(STOPS[Math.max(0, Math.min(2, at - Math.sign(by) * steps))]);
  });
}
