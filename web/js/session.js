// Who is at the desk: signed in by name and password (a cookie that this page cannot read), or by an access token kept in this tab only;
// and what the server lets them do.
import { openAccount } from "./account.js";
import * as api from "./api.js";
import { formFoot, openDialog } from "./dialog.js";
import { openFirstStart } from "./firststart.js";
import { labelled } from "./form.js";
import { roleName, tr, troubleText } from "./i18n.js";
import { set, state, watch } from "./state.js";
import { byId, el, toast } from "./ui.js";

const KEY = "sanshi.token";
const NOBODY = { role: "public", name: "", areas: null, rights: [] };

/** Reads the kept token and asks who that is. */
export async function startSession() {
  api.useToken(sessionStorage.getItem(KEY) ?? "");
  showUser();
  try {
    arrived(await api.me());
  } catch (error) {
    if (error instanceof api.Problem) forget();
    else throw error;
  }
}

let shown = false;

/** The button of the header; once, however often the server had to be tried. */
function showUser() {
  if (shown) return;
  shown = true;
  byId("user").addEventListener("click", () => {
    if (state.me.role !== "public") openAccount({ signOut });
    else if (state.site?.first_start) openFirstStart();
    else openSignIn();
  });
  const draw = () => {
    const out = state.me.role === "public";
    byId("user-name").textContent = out ? tr("signIn") : state.me.name || roleName(state.me.role);
    byId("user").title = out ? tr("signIn") : tr("signedInAs", roleName(state.me.role));
    byId("user").setAttribute("aria-label", out ? tr("signIn") : `${state.me.name || roleName(state.me.role)} · ${byId("user").title}`);
    byId("user").classList.toggle("in", !out);
  };
  watch(["me", "lang"], draw);
  draw();
}

/** @param {api.Me} me */
function arrived(me) {
  set({ me });
  // Nothing else may be done before: no need to find out by trying.
  if (me.account?.must_enrol) openAccount({ signOut });
}

function forget() {
  sessionStorage.removeItem(KEY);
  api.useToken("");
  set({ me: NOBODY });
}

/** Whoever signs out is not told that the session ended, though an answer on its way may say so. */
let leaving = false;

async function signOut() {
  leaving = true;
  if (state.me.account) await api.signOut().catch(() => {});
  leaving = false;
  forget();
  toast(tr("signedOut"));
}

/** The server refused who we said we are in the middle of the work: nothing on the page is lost, who it is is asked again. */
export function sessionEnded() {
  if (leaving || state.me.role === "public") return;
  forget();
  toast(tr("sessionEnded"), "bad");
  if (!document.querySelector("dialog[open]")) openSignIn();
}

export function openSignIn() {
  const name = el("input", { id: "signin-name", name: "name", autocomplete: "username", autocapitalize: "off", spellcheck: "false", maxlength: 80 });
  const password = el("input", { type: "password", id: "signin-password", name: "password", autocomplete: "current-password" });
  const code = el("input", { id: "signin-code", name: "totp", inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12 });
  const codeField = labelled("totp", tr("codeLabel"), code);
  codeField.hidden = true;
  codeField.append(el("p", { class: "hint" }, tr("codeHint")));
  const token = el("input", { type: "password", id: "token", name: "token", autocomplete: "off", spellcheck: "false", placeholder: "sanshi_…" });
  const fold = el("details", { id: "token-fold" }, el("summary", null, tr("tokenFold")),
    el("div", { class: "field" }, el("label", { for: "token" }, tr("tokenLabel")), token, el("p", { class: "hint" }, tr("tokenHint"))));
  const trouble = el("p", { class: "form-error", role: "alert" });
  const form = el("form", {
    onsubmit: async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      trouble.textContent = "";
      const submit = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
      submit.disabled = true;
      try {
        const me = fold.open && token.value.trim() ? await byToken(token) : await api.signIn(name.value, password.value, code.value.trim() || null);
        dialog.close();
        toast(tr("tokenOk", roleName(me.role)));
        arrived(me);
      } catch (error) {
        trouble.textContent = troubleText(error);
        if (error instanceof api.Problem && error.code === "second_factor_needed") {
          trouble.textContent = codeField.hidden ? "" : tr("codeBad");
          codeField.hidden = false;
          code.value = "";
          code.focus();
        } else (fold.open ? token : password).select();
      } finally {
        submit.disabled = false;
      }
    },
  }, labelled("name", tr("nameLabel"), name), labelled("password", tr("passwordLabel"), password), codeField, trouble, fold, formFoot(tr("signIn"), () => dialog.close()));
  const dialog = openDialog("signin", tr("tokenTitle"), form);
  name.focus();
}

/** @param {HTMLInputElement} token */
async function byToken(token) {
  const secret = token.value.trim();
  api.useToken(secret);
  try {
    const me = await api.me();
    if (me.role === "public") throw new api.Problem(401, {});
    sessionStorage.setItem(KEY, secret);
    return me;
  } catch (error) {
    api.useToken("");
    throw error instanceof api.Problem ? new api.Problem(401, { title: tr("tokenBad"), title_zh: tr("tokenBad") }) : error;
  }
}
