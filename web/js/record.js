// Recording an observation, and voiding one. The form is built from the policy, so a new rubric needs no new page.
import * as api from "./api.js";
import { formFoot, openDialog } from "./dialog.js";
import { fieldInputs } from "./findings.js";
import { clearErrors, labelled, moveOn, openForm, showErrors } from "./form.js";
import { sentence, tierName, tr } from "./i18n.js";
import { photoName } from "./photos.js";
import { set, state } from "./state.js";
import { thumb } from "./thumb.js";
import { announce, el, fill, toast } from "./ui.js";

/** So many may be named in one record. */
const MOST_PHOTOS = 20;

/** @param {api.House} house @param {api.Photo[]} [photos] of the house, which the record may rest on */
export function openRecord(house, photos = []) {
  const { policy, site } = state;
  if (!policy || !site) return;
  const fields = el("div", { class: "fields" });
  const kind = el("select", { name: "kind", id: "record-kind", required: true },
    Object.entries(policy.kinds).sort(([, a], [, b]) => Number(b.fields.length > 0) - Number(a.fields.length > 0)).map(([name, { title }]) => el("option", { value: name }, sentence(title))));
  const date = el("input", { type: "date", name: "date", id: "record-date", required: true, max: site.today, min: "1990-01-01" });
  date.value = state.day < site.today ? state.day : site.today;
  const show = () => fill(fields, ...fieldInputs(policy, kind.value));
  kind.addEventListener("change", show);
  const trouble = el("p", { class: "form-error", role: "alert" });
  const form = el("form", { onsubmit: (/** @type {SubmitEvent} */ event) => { event.preventDefault(); save(); } },
    el("div", { class: "pair" }, labelled("kind", tr("recordKind"), kind), labelled("date", tr("recordDate"), date)),
    fields, photos.length > 0 && rests(photos), trouble, formFoot(tr("recordSave"), () => dialog.close()));
  form.addEventListener("input", () => { trouble.textContent = ""; });
  const dialog = openDialog("record", tr("recordTitle", house.address || house.code), form);
  show();

  async function save() {
    /** @type {Record<string, string | number | string[]>} */
    const event = {};
    const named = new FormData(form).getAll("photos").map(String);
    for (const [name, value] of new FormData(form)) {
      if (value === "" || name === "photos") continue;
      event[name] = policy?.fields[name]?.number ? Number(value) : String(value);
    }
    clearErrors(form);
    trouble.textContent = "";
    if (policy?.kinds[kind.value]?.fields.length && Object.keys(event).length <= 2) {
      trouble.textContent = tr("recordEmpty");
      return;
    }
    if (named.length) event.photos = named;
    const submit = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
    submit.disabled = true;
    try {
      const saved = await api.record(house.code, event);
      dialog.close();
      set({ revision: saved.revision });
      toast(tr("recordSaved", tierName(saved.tier)));
      announce(tr("recordSaved", tierName(saved.tier)));
    } catch (error) {
      showErrors(form, trouble, error);
    } finally {
      submit.disabled = false;
    }
  }
}

/** The newest photos, of which some may be named. @param {api.Photo[]} photos */
const rests = (photos) => el("fieldset", { class: "field rests", data: { field: "photos" } }, el("legend", null, tr("recordRests")),
  el("div", { class: "thumbs" }, photos.slice(0, MOST_PHOTOS).map((photo) => el("label", { title: photoName(photo) },
    el("input", { type: "checkbox", name: "photos", value: photo.id, "aria-label": photoName(photo) }), thumb(photo.id, ""), el("small", null, photo.day)))));

/** @param {api.HouseEvent} event */
export function openVoid(event) {
  const reason = el("textarea", { id: "void-reason", name: "reason", required: true, rows: 3, maxlength: 500 });
  openForm("void", tr("voidTitle"), tr("voidIt"), async () => {
    await api.voidEvent(event.id, reason.value.trim());
    await moveOn();
    toast(tr("voidDone"));
  }, el("p", { class: "hint" }, tr("voidHint")), labelled("reason", tr("voidReason"), reason));
  reason.focus();
}
