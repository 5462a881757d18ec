// The page on paper: a picture of the map, the legend, and the list as it is filtered now.
import { kindName, longDay, number, pick, tierCalled, tierName, tr } from "./i18n.js";
import { mark } from "./icons.js";
import { roll, scopeNow, shownOf } from "./roll.js";
import { shows, state } from "./state.js";
import { TIERS } from "./tiers.js";
import { byId, el, fill } from "./ui.js";

/** @typedef {import("./api.js").HouseFeature} HouseFeature */

const ROWS = 400;

/** @param {{ photograph: () => Promise<string> } | null} map */
export async function printPage(map) {
  /** @type {HouseFeature[]} */
  const rows = [];
  try {
    for await (const page of roll(200)) {
      rows.push(...page);
      if (rows.length >= ROWS) break;
    }
  } catch { /* paper with what is there is better than none */ }
  const picture = map ? await map.photograph() : "";
  const image = layOut(rows, picture);
  await image?.decode().catch(() => {});
  window.print();
}

/** A print by the browser's own menu cannot wait for anything: it gets the rows that are loaded, and no map. @param {() => HouseFeature[]} loaded */
export function startPrint(loaded) {
  window.addEventListener("beforeprint", () => { if (!byId("printout").firstChild) layOut(loaded(), ""); });
  window.addEventListener("afterprint", () => byId("printout").replaceChildren());
}

/**
 * @param {HouseFeature[]} rows
 * @param {string} picture a data URL, or ""
 */
function layOut(rows, picture) {
  const scope = scopeNow();
  const total = scope ? shownOf(scope.counts) : 0;
  const image = picture ? el("img", { src: picture, alt: tr("mapLabel"), class: "print-map" }) : null;
  const legend = scope && TIERS.filter(shows).map((tier) => el("li", null, mark(tier), tierName(tier), tierCalled(tier) ? ` (${tierCalled(tier)})` : "", " ", el("b", null, number(scope.counts.by_tier[tier] ?? 0))));
  const heads = /** @type {import("./i18n.js").Word[]} */ (["tiers", "code", "csvAddress", "kind", "score"]);
  fill(byId("printout"),
    el("header", null, el("h1", null, pick(state.site?.name), " · ", tr("printTitle")),
      el("p", null, tr("asOf", longDay(state.day)), state.policy ? ` · ${pick(state.policy.title)}` : "", state.site?.demo ? ` · ${tr("demo")}` : "")),
    image,
    legend && el("ul", { class: "print-legend" }, legend),
    el("h2", null, tr("printList"), " · ", tr(state.scope === "area" ? "inArea" : "inView")),
    rows.length < total && el("p", null, tr("printMore", Math.min(rows.length, ROWS), total)),
    el("table", null,
      el("thead", null, el("tr", null, heads.map((word) => el("th", null, tr(word))))),
      el("tbody", null, rows.slice(0, ROWS).map(({ properties: house }) => el("tr", null,
        el("td", null, mark(house.tier), " ", tierName(house.tier)), el("td", null, house.code), el("td", null, house.address), el("td", null, kindName(house.kind)), el("td", null, house.score ?? ""))))));
  return image;
}
