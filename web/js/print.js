// The page on paper: a picture of the map, the legend, and the list as it is filtered now.
import { kindName, longDay, number, pick, tierCalled, tierName, tr } from "./i18n.js";
import { mark } from "./icons.js";
import { roll, scopeNow, shownOf } from "./roll.js";
import { shows, state } from "./state.js";
import { TIERS } from "./tiers.js";
import { byId, el, fill } from "./ui.js";

const ROWS = 400;

/** @param {{ photograph: () => Promise<string> } | null} map */
export async function printPage(map) {
  const scope = scopeNow();
  const rows = [];
  try {
    for await (const page of roll(200)) {
      rows.push(...page);
      if (rows.length >= ROWS) break;
    }
  } catch { /* paper with what is there is better than none */ }
  const total = scope ? shownOf(scope.counts) : 0;
  const picture = map ? await map.photograph() : "";
  const image = el("img", { src: picture, alt: tr("mapLabel"), class: "print-map" });
  fill(byId("printout"),
    el("header", null, el("h1", null, pick(state.site?.name), " · ", tr("printTitle")), el("p", null, tr("asOf", longDay(state.day)), state.policy ? ` · ${pick(state.policy.title)}` : "", state.site?.demo ? ` · ${tr("demo")}` : "")),
    picture && image,
    scope && el("ul", { class: "print-legend" }, TIERS.filter(shows).map((tier) => el("li", null, mark(tier), tierName(tier), tierCalled(tier) ? ` (${tierCalled(tier)})` : "", " ", el("b", null, number(scope.counts.by_tier[tier] ?? 0))))),
    el("h2", null, tr("printList"), " · ", tr(state.scope === "area" ? "inArea" : "inView")),
    rows.length < total && el("p", null, tr("printMore", Math.min(rows.length, ROWS), total)),
    el("table", null,
      el("thead", null, el("tr", null, ["tiers", "code", "csvAddress", "kind", "score"].map((word) => el("th", null, tr(/** @type {import("./i18n.js").Word} */ (word)))))),
      el("tbody", null, rows.slice(0, ROWS).map(({ properties: house }) => el("tr", null, el("td", null, mark(house.tier), " ", tierName(house.tier)), el("td", null, house.code), el("td", null, house.address), el("td", null, kindName(house.kind)), el("td", null, house.score ?? ""))))));
  if (picture) await image.decode().catch(() => {});
  window.addEventListener("afterprint", () => byId("printout").replaceChildren(), { once: true });
  window.print();
}
