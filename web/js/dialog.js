// One native dialog at a time, made when needed and removed when closed; the focus goes back where it came from.
import { tr } from "./i18n.js";
import { icon } from "./icons.js";
import { el } from "./ui.js";

/**
 * Opens a dialog.
 * @param {string} id
 * @param {string} title
 * @param {...(import("./ui.js").Child | import("./ui.js").Child[])} content
 * @returns {HTMLDialogElement}
 */
export function openDialog(id, title, ...content) {
  const from = document.activeElement;
  const dialog = el("dialog", { id, "aria-labelledby": `${id}-title` },
    el("header", null, el("h2", { id: `${id}-title` }, title), el("button", { type: "button", class: "quiet", "aria-label": tr("close"), title: tr("close"), onclick: () => dialog.close() }, icon("close"))),
    ...content);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (from instanceof HTMLElement && document.contains(from)) from.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * The foot of a form: cancel and one main button.
 * @param {string} word
 * @param {() => void} cancel
 */
export const formFoot = (word, cancel) => el("footer", null, el("button", { type: "button", onclick: cancel }, tr("cancel")), el("button", { type: "submit", class: "main" }, word));
