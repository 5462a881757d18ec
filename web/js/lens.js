// As published or as computed: what staff see on the map, in the counts and in the lists. The public has no choice.
import * as api from "./api.js";
import { tr } from "./i18n.js";
import { set, staff, state, watch } from "./state.js";
import { byId, el, fill } from "./ui.js";

/** What staff see at this moment. @returns {api.View} */
const seen = () => state.as ?? state.me.view ?? "computed";

/** Must hear of changes before anybody asks the server. */
export function startLens() {
  watch(["me", "as"], () => api.useLens(staff() ? state.as ?? "" : ""));
}

/** The switch. */
export function showLens() {
  const draw = () => {
    const focused = document.activeElement?.id;
    byId("lens-room").hidden = !staff();
    const one = (/** @type {api.View} */ as, /** @type {import("./i18n.js").Word} */ word) =>
      el("button", { type: "button", id: `lens-${as}`, "aria-pressed": String(seen() === as), onclick: () => set({ as }) }, tr(word));
    fill(byId("lens"), one("published", "lensPublished"), one("computed", "lensComputed"));
    if (focused?.startsWith("lens-")) byId(focused).focus({ preventScroll: true });
  };
  watch(["me", "as", "lang"], draw);
  draw();
}
