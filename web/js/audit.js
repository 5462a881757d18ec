// The audit, for the auditor: who did what, when and from where, newest first; whether the rows still hold together as they were written.
import * as api from "./api.js";
import { openDialog } from "./dialog.js";
import { labelled } from "./form.js";
import { number, roleName, tr, troubleText, verbName } from "./i18n.js";
import { icon } from "./icons.js";
import { state } from "./state.js";
import { el, fill, paused } from "./ui.js";

/** @typedef {api.AuditRow} AuditRow */

export async function openAudit() {
  const who = el("input", { id: "audit-who", name: "who", autocomplete: "off", spellcheck: "false" });
  const action = el("select", { id: "audit-action", name: "action" }, el("option", { value: "" }, tr("auditAll")));
  const subject = el("input", { id: "audit-subject", name: "subject", autocomplete: "off", spellcheck: "false" });
  const body = el("tbody");
  const note = el("p", { class: "hint", role: "status" });
  const more = el("button", { type: "button", id: "audit-more", hidden: true }, tr("auditOlder"));
  const verdict = el("p", { id: "audit-verdict", class: "verdict", role: "status" }, tr("auditChecking"));
  /** @type {number | undefined} */
  let oldest;
  let control = new AbortController();
  /** Verbs that were met; the list to choose from grows with them. @type {Set<string>} */
  const met = new Set();

  const load = async (/** @type {boolean} */ again) => {
    control.abort();
    control = new AbortController();
    const { signal } = control;
    if (again) oldest = undefined;
    try {
      const answer = await api.audit({ before: oldest, who: who.value.trim(), action: action.value, subject: subject.value.trim() }, signal);
      if (again) fill(body);
      body.append(...answer.rows.map(line));
      for (const row of answer.rows) {
        if (met.has(row.action)) continue;
        met.add(row.action);
        action.append(el("option", { value: row.action }, verbName(row.action)));
      }
      oldest = answer.rows.at(-1)?.serial ?? oldest;
      more.hidden = !answer.more;
      note.textContent = body.children.length ? tr("auditShown", body.children.length) : tr("auditNone");
    } catch (error) {
      if (!api.stale(error)) note.textContent = troubleText(error);
    }
  };
  const soon = paused(250, () => load(true));
  for (const field of [who, subject]) field.addEventListener("input", soon);
  action.addEventListener("change", () => load(true));
  more.addEventListener("click", () => load(false));

  openDialog("audit", tr("audit"), el("div", { class: "audit" }, verdict,
    el("div", { class: "audit-filter" }, labelled("audit-who", tr("auditWho"), who), labelled("audit-action", tr("auditAction"), action), labelled("audit-subject", tr("auditSubject"), subject)),
    el("div", { class: "wide-table" }, el("table", null,
      el("thead", null, el("tr", null, [tr("auditNumber"), tr("auditAt"), tr("auditWho"), tr("auditAction"), tr("auditSubject"), tr("auditDetail"), tr("auditPlace")].map((word) => el("th", { scope: "col" }, word)))),
      body)),
    note, el("footer", null, more)));
  load(true);
  try {
    const found = await api.auditVerdict();
    verdict.classList.add(found.whole ? "good" : "bad");
    fill(verdict, icon(found.whole ? "check" : "bad"), found.whole ? tr("auditWhole", found.rows) : `${tr("auditBroken")} ${found.broken}`, found.whole && el("small", null, tr("auditWholeMeans")));
  } catch (error) {
    verdict.textContent = troubleText(error);
  }
}

/** @param {AuditRow} row */
function line(row) {
  const said = Object.entries(row.detail ?? {}).filter(([, value]) => value !== null && value !== "");
  const detail = Array.isArray(row.detail) ? row.detail.map(String) : said.map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  const at = new Intl.DateTimeFormat(state.lang === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "medium" }).format(Date.parse(row.at));
  return el("tr", null, el("td", { class: "number" }, number(row.serial)), el("td", null, at), el("td", null, row.who, " ", el("small", null, roleName(row.role))), el("td", null, verbName(row.action)), el("td", null, row.subject),
    el("td", { class: "detail" }, detail.join(" · ")), el("td", null, row.place));
}
