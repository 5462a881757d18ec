// All accounts, for administrators: who they are, in which role and for which areas; adding, changing and disabling them; how people sign in.
import { newPassword } from "./account.js";
import * as api from "./api.js";
import { openDialog } from "./dialog.js";
import { choices, labelled, openForm } from "./form.js";
import { roleName, tr, troubleText } from "./i18n.js";
import { el, fill, toast } from "./ui.js";

const ROLES = ["assistant", "officer", "analyst", "planner", "auditor", "administrator"];

export async function openAccounts() {
  const room = el("div", { class: "accounts" });
  const dialog = openDialog("accounts", tr("accounts"), room);
  const load = async () => {
    try {
      draw(await api.accounts());
    } catch (error) {
      fill(room, el("p", { class: "form-error", role: "alert" }, troubleText(error)));
    }
  };
  /** @param {api.Accounts} all */
  const draw = ({ accounts, policy, has_key }) => fill(room,
    el("div", { class: "wide-table" }, el("table", null,
      el("thead", null, el("tr", null, ["nameLabel", "roleLabel", "areasLabel", "stateLabel"].map((word) => el("th", { scope: "col" }, tr(/** @type {import("./i18n.js").Word} */ (word)))), el("th", null))),
      el("tbody", null, accounts.map((account) => el("tr", { class: account.disabled ? "off" : "", data: { account: account.name } },
        el("th", { scope: "row" }, account.name), el("td", null, roleName(account.role)), el("td", null, account.areas?.join(" ") ?? tr("wholeSite")),
        el("td", null, tr(account.disabled ? "accountDisabled" : account.has_second_factor ? "accountSecondFactor" : "accountPassword")),
        el("td", null, el("button", { type: "button", "aria-label": `${tr("accountChange")}: ${account.name}`, onclick: () => openChange(account, load) }, tr("accountChange")))))))),
    el("p", { class: "hint" }, tr(policy.second_factor === "staff" ? "policyStaff" : "policyOff"), " ", tr("policyIdle", policy.idle_minutes), " ", !has_key && tr("policyNoKey")),
    el("footer", null,
      el("button", { type: "button", id: "sign-in-policy-open", onclick: () => openPolicy(policy, load) }, tr("policyChange")),
      el("button", { type: "button", class: "main", id: "account-add-open", onclick: () => openAdd(load) }, tr("accountAdd"))));
  await load();
  dialog.querySelector("button")?.focus();
}

/** @param {string} chosen */
function roleChoice(chosen) {
  return el("select", { id: "account-role", name: "role" }, ROLES.map((role) => el("option", { value: role, selected: role === chosen }, roleName(role))));
}

/** @param {string[] | null} areas */
function areasField(areas) {
  const input = el("input", { id: "account-areas", name: "areas", value: areas?.join(" ") ?? "", autocomplete: "off", spellcheck: "false" });
  const field = labelled("areas", tr("areasLabel"), input);
  field.append(el("p", { class: "hint" }, tr("areasHint")));
  const value = () => { const codes = input.value.split(/[\s,，、]+/).filter(Boolean); return codes.length ? codes : null; };
  return { field, value };
}

/** @param {() => void} after */
function openAdd(after) {
  const name = el("input", { id: "account-name", name: "name", required: true, maxlength: 40, autocomplete: "off", spellcheck: "false" });
  const { input: password, field: passwordField } = newPassword("account-password", "password");
  const role = roleChoice("officer");
  const areas = areasField(null);
  openForm("account-add", tr("accountAdd"), tr("accountAdd"), async () => {
    await api.addAccount({ name: name.value, password: password.value, role: role.value, areas: areas.value() });
    toast(tr("accountAdded"));
    after();
  }, labelled("name", tr("nameLabel"), name), passwordField, labelled("role", tr("roleLabel"), role), areas.field);
  name.focus();
}

/** @param {api.Account} account @param {() => void} after */
function openChange(account, after) {
  const role = roleChoice(account.role);
  const areas = areasField(account.areas);
  const password = el("input", { type: "password", id: "account-password", name: "password", minlength: 12, maxlength: 128, autocomplete: "new-password" });
  const passwordField = labelled("password", tr("newPassword"), password);
  passwordField.append(el("p", { class: "hint" }, tr("passwordKeep")));
  const disabled = el("input", { type: "checkbox", id: "account-disabled", name: "disabled", checked: account.disabled });
  const reset = el("input", { type: "checkbox", id: "account-reset", name: "reset" });
  openForm("account-change", account.name, tr("accountSave"), async () => {
    const wanted = areas.value();
    await api.changeAccount(account.id, {
      role: role.value === account.role ? undefined : role.value, areas: JSON.stringify(wanted) === JSON.stringify(account.areas) ? undefined : wanted,
      disabled: disabled.checked === account.disabled ? undefined : disabled.checked, password: password.value || undefined, reset_second_factor: reset.checked || undefined,
    });
    toast(tr("accountSaved"));
    after();
  }, labelled("role", tr("roleLabel"), role), areas.field, passwordField,
    account.has_second_factor && el("label", { class: "tick" }, reset, el("span", null, tr("accountReset"))),
    el("label", { class: "tick" }, disabled, el("span", null, tr("accountDisable"))),
    el("p", { class: "hint" }, tr("accountEnds")));
  role.focus();
}

/** @param {api.SignInPolicy} policy @param {() => void} after */
function openPolicy(policy, after) {
  const idle = el("input", { type: "number", id: "policy-idle", name: "idle_minutes", min: 1, max: 720, required: true, value: policy.idle_minutes });
  openForm("sign-in-policy", tr("policyChange"), tr("accountSave"), async (form) => {
    await api.setSignInPolicy({ second_factor: String(new FormData(form).get("second_factor")), idle_minutes: Number(idle.value) });
    toast(tr("accountSaved"));
    after();
  }, choices("second_factor", tr("secondFactor"), [["off", tr("policyOff")], ["staff", tr("policyStaff")]], policy.second_factor), labelled("idle_minutes", tr("policyIdleLabel"), idle));
}
