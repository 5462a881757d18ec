// One's own account: the password, the second factor, signing out; for administrators the way to all accounts and to the streets, for auditors to the audit.
import { openAccounts } from "./accounts.js";
import { openAudit } from "./audit.js";
import * as api from "./api.js";
import { openDialog } from "./dialog.js";
import { labelled, openForm } from "./form.js";
import { roleName, tr } from "./i18n.js";
import { may, set, state } from "./state.js";
import { openStreets, seesStreets } from "./streets.js";
import { el, toast } from "./ui.js";

/** The field in which a new password is chosen. @param {string} id @param {string} name */
export function newPassword(id, name) {
  const input = el("input", { type: "password", id, name, required: true, minlength: 12, maxlength: 128, autocomplete: "new-password" });
  const field = labelled(name, tr("newPassword"), input);
  field.append(el("p", { class: "hint" }, tr("passwordHint")));
  return { input, field };
}

/** @param {{ signOut: () => void }} acts */
export function openAccount({ signOut }) {
  const { me } = state;
  const close = (/** @type {() => void} */ then) => () => { dialog.close(); then(); };
  const dialog = openDialog("account", me.name || roleName(me.role),
    el("p", null, tr("signedInAs", roleName(me.role)), me.areas ? ` · ${tr("answersFor", me.areas.join("、"))}` : ""),
    me.account?.must_enrol && el("p", { class: "form-error", role: "alert" }, tr("mustEnrol")),
    el("div", { class: "account-acts" },
      me.account && el("button", { type: "button", id: "totp-open", onclick: close(openSecondFactor) }, tr(me.account.has_second_factor ? "secondFactorRenew" : "secondFactorBegin")),
      me.account && el("button", { type: "button", id: "password-open", onclick: close(openPassword) }, tr("passwordChange")),
      may("manage_accounts") && el("button", { type: "button", id: "accounts-open", onclick: close(openAccounts) }, tr("accounts")),
      seesStreets() && el("button", { type: "button", id: "streets-open", onclick: close(openStreets) }, tr("streets")),
      may("see_audit") && el("button", { type: "button", id: "audit-open", onclick: close(openAudit) }, tr("audit"))),
    el("footer", null, el("button", { type: "button", onclick: close(signOut) }, tr("signOut"))));
}

function openPassword() {
  const current = el("input", { type: "password", id: "password-current", name: "current", required: true, autocomplete: "current-password" });
  const { input, field } = newPassword("password-new", "password");
  openForm("password", tr("passwordChange"), tr("passwordSave"), async () => {
    set({ me: await api.changePassword(current.value, input.value) });
    toast(tr("passwordChanged"));
  }, labelled("current", tr("passwordNow"), current), field, el("p", { class: "hint" }, tr("passwordEnds")));
  current.focus();
}

function openSecondFactor() {
  const password = el("input", { type: "password", id: "totp-password", name: "password", required: true, autocomplete: "current-password" });
  const inUse = state.me.account?.has_second_factor;
  const code = el("input", { id: "totp-now", name: "totp", required: true, inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12 });
  openForm("totp", tr("secondFactor"), tr("goOn"), async () => {
    const begun = await api.beginSecondFactor(password.value, inUse ? code.value.trim() : null);
    dialog.close();
    confirm(begun);
  }, el("p", { class: "hint" }, tr("secondFactorMeans")), labelled("password", tr("passwordNow"), password), inUse && labelled("totp", tr("codeNow"), code));
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("totp"));
  password.focus();
}

/** @param {{ secret: string, qr: string }} begun */
function confirm({ secret, qr }) {
  const code = el("input", { id: "totp-code", name: "code", required: true, inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12 });
  openForm("totp-confirm", tr("secondFactor"), tr("secondFactorConfirm"), async () => {
    set({ me: await api.confirmSecondFactor(code.value.trim()) });
    toast(tr("secondFactorOn"));
  },
    el("p", null, tr("secondFactorScan")),
    el("img", { class: "qr", alt: tr("secondFactorQr"), width: 220, height: 220, src: `data:image/svg+xml,${encodeURIComponent(qr)}` }),
    el("p", { class: "hint" }, tr("secondFactorType"), " ", el("code", { id: "totp-secret" }, secret.replace(/(.{4})(?=.)/g, "$1 "))),
    labelled("code", tr("codeLabel"), code));
  code.focus();
}
