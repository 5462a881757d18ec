// A form in a dialog: labelled fields, faults beside them, one button that sends. What it sends is its opener's matter.
import * as api from "./api.js";
import { formFoot, openDialog } from "./dialog.js";
import { tr, troubleText } from "./i18n.js";
import { set, state } from "./state.js";
import { el } from "./ui.js";

/**
 * Opens a form; it closes when `save` succeeds and tells what the server refused when it does not.
 * @param {string} id
 * @param {string} title
 * @param {string} word of the button that sends
 * @param {(form: HTMLFormElement) => Promise<HTMLElement | void>} save an element returned is shown in place of the form
 * @param {...(import("./ui.js").Child | import("./ui.js").Child[])} content
 */
export function openForm(id, title, word, save, ...content) {
  const trouble = el("p", { class: "form-error", role: "alert" });
  const form = el("form", {
    onsubmit: async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      clearErrors(form);
      trouble.textContent = "";
      const submit = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
      submit.disabled = true;
      try {
        const after = await save(form);
        if (!after) return dialog.close();
        form.replaceWith(after);
        after.querySelector("button")?.focus();
      } catch (error) {
        showErrors(form, trouble, error);
        if (error instanceof api.Problem && error.status === 409) moveOn(); // somebody else was first: the page behind is asked anew
      } finally {
        submit.disabled = false;
      }
    },
  }, ...content, trouble, formFoot(word, () => dialog.close()));
  const dialog = openDialog(id, title, form);
  return dialog;
}

/** Asks for the newest revision, so that everything on the page is asked anew. */
export async function moveOn() {
  const { revision } = await api.site();
  set({ revision: revision > state.revision ? revision : state.revision + 1 });
}

/** @param {string} name @param {string} title @param {HTMLElement} input */
export function labelled(name, title, input) {
  return el("div", { class: "field", data: { field: name } }, el("label", { for: input.id }, title), input);
}

/**
 * Some choices of which one is taken, side by side.
 * @param {string} name @param {string} title @param {[string, string][]} options value and word @param {string} [chosen]
 */
export const choices = (name, title, options, chosen = options[0][0]) => el("fieldset", { class: "field choice", data: { field: name } }, el("legend", null, title),
  el("div", { class: "choices" }, options.map(([value, text]) => el("label", null, el("input", { type: "radio", name, value, required: true, checked: value === chosen }), el("span", null, text)))));

/** @param {HTMLFormElement} form */
export function clearErrors(form) {
  for (const note of form.querySelectorAll(".field-error")) note.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

/**
 * Puts each fault beside its field; what belongs to none goes to the foot.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} trouble
 * @param {unknown} error
 */
export function showErrors(form, trouble, error) {
  trouble.textContent = troubleText(error);
  if (!(error instanceof api.Problem)) return;
  for (const fault of error.errors) {
    const text = fault.expected ? tr("expected", fault.expected, fault.found ?? "") : fault.code ?? "";
    const room = fault.field ? form.querySelector(`[data-field="${CSS.escape(fault.field)}"]`) : null;
    if (!room) {
      trouble.append(` ${fault.field ?? ""}: ${text}`);
      continue;
    }
    const id = `error-${fault.field}`;
    room.append(el("p", { class: "field-error", id }, text));
    const input = room.querySelector("input, select");
    input?.setAttribute("aria-invalid", "true");
    input?.setAttribute("aria-describedby", id);
  }
  /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid]"))?.focus();
}
