// The streets that rounds are planned on and neighbours are walked along: what is in use, and for the administrator another file of OpenStreetMap.
import * as api from "./api.js";
import { openDialog } from "./dialog.js";
import { clearErrors, labelled } from "./form.js";
import { number, tr, troubleText } from "./i18n.js";
import { may, state } from "./state.js";
import { announce, el, fill } from "./ui.js";

/** What the server takes in one piece. */
const MOST_BYTES = 128 * 2 ** 20;

/** Whether somebody may look at them: they are those of the whole site. */
export const seesStreets = () => may("see_imports") && !state.me.areas;

export function openStreets() {
  const now = el("div", { id: "streets-now" }, el("p", { class: "hint" }, tr("streetsLoad")));
  const dialog = openDialog("streets", tr("streets"), el("p", { class: "hint" }, tr("streetsMean")), now, may("import") && importForm(now, () => dialog));
  inUse(now).catch((error) => fill(now, el("p", { class: "form-error", role: "alert" }, troubleText(error))));
}

/** Asks which streets are in use, shows them, and gives their id, if there are any. @param {HTMLElement} now */
async function inUse(now) {
  const { streets } = await api.streets();
  fill(now, streets ? report(streets) : el("p", { class: "note" }, tr("streetsNone")));
  return streets?.id;
}

/** @param {HTMLElement} now @param {() => HTMLDialogElement} dialog */
function importForm(now, dialog) {
  const input = el("input", { type: "file", id: "streets-file", name: "file", required: true, accept: ".pbf,.osm,.gz" });
  const trouble = el("p", { class: "form-error", role: "alert" });
  const said = el("p", { class: "note", id: "streets-said", role: "status", hidden: true });
  const run = el("div", { class: "running", hidden: true });
  const send = el("button", { type: "submit", id: "streets-import", class: "main" }, tr("streetsImport"));
  const form = el("form", { id: "streets-form", onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); begin(); } },
    labelled("file", tr("streetsFile"), input), el("p", { class: "hint" }, tr("streetsFileHint")), run, said, trouble, el("footer", null, send));
  const begin = async () => {
    const [file] = input.files ?? [];
    clearErrors(form);
    fill(trouble);
    said.hidden = true;
    if (!file) return;
    if (file.size > MOST_BYTES) return refuse(tr("badstreets_too_large"));
    const control = new AbortController();
    const stop = () => control.abort();
    dialog().addEventListener("close", stop);
    const bar = el("progress", { max: 1, "aria-label": tr("streetsReads") });
    const [share, cancel] = [el("span"), el("button", { type: "button", id: "streets-cancel", onclick: stop }, tr("cancel"))];
    fill(run, el("span", null, tr("streetsReads")), bar, share, cancel);
    run.hidden = false;
    send.disabled = true;
    cancel.focus();
    /** @type {string | null | undefined} */
    let before;
    try {
      before = await inUse(now);
      for await (const { progress, result } of api.importStreets(file, control.signal)) {
        if (progress !== undefined) { bar.value = progress; share.textContent = `${Math.round(progress * 100)} %`; }
        if (result) { fill(now, report(result)); say(tr(result.id ? "streetsDone" : "streetsSame")); form.reset(); }
      }
    } catch (error) {
      // The server may have stored them before it heard that they are not wanted.
      if (api.stale(error)) await inUse(now).then((id) => say(tr(id === before ? "streetsStopped" : "streetsStoppedLate")), (trouble) => refuse(troubleText(trouble)));
      else refuse(reason(error));
    } finally {
      dialog().removeEventListener("close", stop);
      run.hidden = true;
      send.disabled = false;
      if (form.isConnected) (trouble.textContent ? input : send).focus();
    }
  };
  const say = (/** @type {string} */ text) => { fill(said, text); said.hidden = false; announce(text); };
  const refuse = (/** @type {string} */ text) => { fill(trouble, text); input.setAttribute("aria-invalid", "true"); };
  return form;
}

/** @param {unknown} error */
function reason(error) {
  const code = error instanceof api.Problem ? error.errors[0]?.code : undefined;
  return code && ["unknown_form", "too_large", "empty_file", "broken_text"].includes(code) ? tr(/** @type {import("./i18n.js").Word} */ (`badstreets_${code}`)) : troubleText(error);
}

/** @param {api.Streets} streets */
function report({ file, attribution, walk_km: walk, cycle_km: cycle, drive_km: drive, reading }) {
  const line = (/** @type {string} */ name, /** @type {string} */ value) => el("div", null, el("dt", null, name), el("dd", null, value));
  const left = Object.entries(reading.left_out);
  return el("div", { class: "streets-report" },
    el("dl", { class: "rests" }, line(tr("streetsOf"), file), line(tr("mode_walk"), tr("kilometres", number(walk))), line(tr("mode_cycle"), tr("kilometres", number(cycle))), line(tr("mode_drive"), tr("kilometres", number(drive))), line(tr("streetsWays"), number(reading.ways)), line(tr("streetsCredit"), attribution)),
    left.length > 0 && el("details", { class: "settings" }, el("summary", null, tr("streetsLeft")), el("dl", { class: "rests" }, left.map(([why, count]) => line(tr(/** @type {import("./i18n.js").Word} */ (`leftout_${why}`)), number(count))))));
}
