// Telling that something is loading, and that the server does not answer: a banner, tries with growing pauses.
import * as api from "./api.js";
import { tr } from "./i18n.js";
import { byId, el, fill, toast } from "./ui.js";

/** @param {{ back: () => void, refused: () => void }} acts `back` after the server answers again */
export function startConnection(acts) {
  const banner = byId("banner");
  let wait = 2;
  let left = 0;
  let timer = 0;
  const hide = () => {
    clearInterval(timer);
    timer = 0;
    wait = 2;
    banner.hidden = true;
  };
  const attempt = async () => {
    clearInterval(timer);
    timer = -1;
    fill(banner, el("span", null, tr("goneNow")));
    try {
      await api.site();
      hide();
      toast(tr("backAgain"));
      acts.back();
    } catch {
      timer = 0;
      wait = Math.min(wait * 2, 60);
      show();
    }
  };
  const show = () => {
    if (timer) return;
    left = wait;
    const text = el("span", null, tr("goneText", left));
    fill(banner, text, el("button", { type: "button", onclick: attempt }, tr("retry")));
    banner.hidden = false;
    timer = window.setInterval(() => {
      left -= 1;
      text.textContent = tr("goneText", left);
      if (left <= 0) attempt();
    }, 1000);
  };
  api.listen({
    busy: (now) => document.body.classList.toggle("loading", now),
    gone: () => show(),
    refused: acts.refused,
  });
}
