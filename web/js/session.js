// Who is at the desk: an access token kept in this tab only, and what the server lets its bearer do.
import * as api from "./api.js";
import { formFoot, openDialog } from "./dialog.js";
import { roleName, tr } from "./i18n.js";
import { set, state, watch } from "./state.js";
import { byId, el, toast } from "./ui.js";

const KEY = "sanshi.token";
const NOBODY = { role: "public", name: "", areas: null, rights: [] };

/** Reads the kept token and asks who that is. */
export async function startSession() {
  api.useToken(sessionStorage.getItem(KEY) ?? "");
  showUser();
  try {
    set({ me: await api.me() });
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
  byId("user").addEventListener("click", () => (state.me.role === "public" ? openSignIn() : openAccount()));
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

function forget() {
  sessionStorage.removeItem(KEY);
  api.useToken("");
  set({ me: NOBODY });
}

/** The server refused the token in the middle of the work: nothing on the page is lost, a new token is asked for. */
export function sessionEnded() {
  if (state.me.role === "public") return;
  forget();
  toast(tr("sessionEnded"), "bad");
  if (!document.querySelector("dialog[open]")) openSignIn();
}

export function openSignIn() {
  const token = el("input", { type: "password", id: "token", name: "token", required: true, autocomplete: "off", spellcheck: "false", placeholder: "sanshi_…" });
  const trouble = el("p", { class: "form-error", role: "alert" });
  const form = el("form", {
    onsubmit: async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      trouble.textContent = "";
      api.useToken(token.value.trim());
      try {
        const me = await api.me();
        if (me.role === "public") throw new api.Problem(401, {});
        sessionStorage.setItem(KEY, token.value.trim());
        dialog.close();
        set({ me });
        toast(tr("tokenOk", roleName(me.role)));
      } catch (error) {
        api.useToken("");
        trouble.textContent = error instanceof api.Problem ? tr("tokenBad") : tr("trouble");
        token.select();
      }
    },
  }, el("div", { class: "field" }, el("label", { for: "token" }, tr("tokenLabel")), token, el("p", { class: "hint" }, tr("tokenHint"))), trouble, formFoot(tr("signIn"), () => dialog.close()));
  const dialog = openDialog("signin", tr("tokenTitle"), form);
  token.focus();
}

function openAccount() {
  const { me } = state;
  const dialog = openDialog("account", me.name || roleName(me.role), el("p", null, tr("signedInAs", roleName(me.role)), me.areas ? ` · ${me.areas.join(", ")}` : ""),
    el("footer", null, el("button", { type: "button", onclick: () => { dialog.close(); forget(); toast(tr("signedOut")); } }, tr("signOut"))));
}
