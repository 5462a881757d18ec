// The first start: whoever has the code that the server printed makes the first administrator.
import { newPassword } from "./account.js";
import * as api from "./api.js";
import { labelled, openForm } from "./form.js";
import { tr } from "./i18n.js";
import { set, state } from "./state.js";
import { el, toast } from "./ui.js";

export function openFirstStart() {
  const code = el("input", { id: "first-code", name: "code", required: true, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", placeholder: "XXXX-XXXX-XXXX-XXXX" });
  const name = el("input", { id: "first-name", name: "name", required: true, maxlength: 40, autocomplete: "username", spellcheck: "false" });
  const { input: password, field } = newPassword("first-password", "password");
  const codeField = labelled("code", tr("firstCode"), code);
  codeField.append(el("p", { class: "hint" }, tr("firstCodeHint")));
  openForm("first-start", tr("firstTitle"), tr("firstSave"), async () => {
    await api.firstStart(code.value, name.value, password.value);
    if (state.site) set({ site: { ...state.site, first_start: false } });
    set({ me: await api.signIn(name.value, password.value, null) });
    toast(tr("firstDone"));
  }, el("p", null, tr("firstMeans")), codeField, labelled("name", tr("nameLabel"), name), field);
  code.focus();
}
