// The way up: the few things a landlord can do, and when each lifts the tier. Elements only.
import { longDay, pick, sentence, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { el } from "./ui.js";

/** @typedef {import("./api.js").Way} Way */

/** @param {Way[]} ways @param {string} day the day they were asked for */
export function waysUp(ways, day) {
  if (!ways.length) return null;
  return el("section", { class: "part", id: "ways" }, el("h3", null, tr("ways")),
    el("ol", { class: "ways" }, ways.map((way) => el("li", { class: way.steps.length ? "" : "waiting" },
      el("div", { class: "goal" }, mark(way.tier), el("b", null, tierName(way.tier)), el("span", null, way.reached <= day ? tr("atOnce") : tr("fromDay", longDay(way.reached)))),
      way.steps.length ? el("ul", null, way.steps.map((one) => el("li", null, icon("check"), el("span", null, step(one))))) : el("p", null, icon("clock"), tr("healsItself", longDay(way.reached))),
      way.until && el("small", null, tr("lastsUntil", longDay(way.until)))))));
}

/** @param {import("./api.js").Step} one */
function step(one) {
  if ("do" in one) return sentence(one.do.title);
  return [sentence(one.make.title), ": ", el("b", null, pick(one.make.state))];
}
