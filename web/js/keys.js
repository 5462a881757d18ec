// Keys that work everywhere on the page, and the dialog that lists them.
import { openDialog } from "./dialog.js";
import { tr } from "./i18n.js";
import { toggleTier } from "./state.js";
import { RATED } from "./tiers.js";
import { byId, el } from "./ui.js";

/** @param {{ escape: () => void, undo: () => void, print: () => void, redo: () => void, remove: () => boolean }} acts */
export function startKeys(acts) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    if (event.key === "Escape") return acts.escape();
    if (typing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "z") {
        event.preventDefault();
        if (event.shiftKey) acts.redo();
        else acts.undo();
      } else if (event.key.toLowerCase() === "p") {
        event.preventDefault();
        acts.print();
      } else if (event.key.toLowerCase() === "y") {
        event.preventDefault();
        acts.redo();
      }
      return;
    }
    if (event.key === "/") {
      event.preventDefault();
      byId("search").focus();
      byId("search").select();
    } else if (event.key >= "1" && event.key <= "4") toggleTier(RATED[Number(event.key) - 1]);
    else if (event.key === "?") openKeys();
    else if (event.key === "Delete" && acts.remove()) event.preventDefault();
  });
  byId("help").addEventListener("click", openKeys);
}

function openKeys() {
  const key = (/** @type {string[]} */ names, /** @type {import("./i18n.js").Word} */ word) => el("div", null, el("dt", null, names.map((name) => el("kbd", null, name))), el("dd", null, tr(word)));
  openDialog("keys", tr("keysTitle"), el("dl", { class: "keys" },
    key(["/"], "keySearch"), key(["1", "2", "3", "4"], "keyTiers"), key(["Esc"], "keyEsc"), key(["↑", "↓"], "keyList"), key(["Enter"], "keyEnter"),
    key(["Ctrl", "Z"], "keyUndo"), key(["←", "→"], "keyDay"), key(["↑", "↓", "←", "→"], "keyMap")));
}
