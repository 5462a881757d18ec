// The list of houses in view or in the drawn area; arrow keys move the ring on the map, Enter opens the card.
import * as api from "./api.js";
import { number, tierName, tr } from "./i18n.js";
import { icon, mark } from "./icons.js";
import { roll, scopeNow, shownOf } from "./roll.js";
import { set, state, watch } from "./state.js";
import { byId, el, fill, paused } from "./ui.js";

/** @typedef {import("./api.js").HouseFeature} HouseFeature */

/** @type {HouseFeature[]} */
let rows = [];
/** @type {AsyncGenerator<HouseFeature[], void, void> | null} */
let pages = null;
let control = new AbortController();
let active = -1;
let loading = false;

/** What the list holds at this moment. */
export const loadedRows = () => rows;

/**
 * @param {{ open: (house: HouseFeature) => void, fit: () => void, draw: () => void }} acts
 */
export function startList(acts) {
  const list = byId("houses");
  const box = byId("houses-box");

  const again = paused(30, () => {
    control.abort();
    control = new AbortController();
    rows = [];
    active = -1;
    pages = roll(100, control.signal);
    more(true);
  });

  /** Loads the next rows, at least a screenful. @param {boolean} fresh */
  async function more(fresh) {
    const [mine, signal] = [pages, control.signal];
    if (!mine || (loading && !fresh)) return;
    loading = true;
    const start = rows.length;
    try {
      let done = false;
      const got = [];
      while (got.length < 60 && !done) {
        const page = await mine.next();
        if (signal.aborted) return;
        done = Boolean(page.done);
        if (page.value) got.push(...page.value);
      }
      if (done) pages = null;
      rows = [...rows, ...got];
      draw(fresh ? 0 : start);
    } catch (error) {
      if (api.stale(error)) return;
      fill(byId("list-foot"), el("button", { type: "button", class: "text", onclick: () => again() }, tr("retry")));
    } finally {
      if (!signal.aborted) loading = false;
    }
  }

  /** @param {number} from index of the first row that is not drawn yet */
  function draw(from) {
    if (!from) {
      list.replaceChildren();
      box.scrollTop = 0;
    }
    const counts = scopeNow()?.counts;
    for (let i = from; i < rows.length; i++) {
      const { tier } = rows[i].properties;
      if (!i || rows[i - 1].properties.tier !== tier) {
        list.append(el("li", { role: "presentation", class: "group" }, mark(tier), el("b", null, tierName(tier)), el("span", null, counts ? number(counts.by_tier[tier] ?? 0) : "")));
      }
      list.append(line(i));
    }
    foot();
    point();
  }

  /** @param {number} i */
  function line(i) {
    // A row that is still shown while the list is asked for anew must know its own house.
    const house = rows[i];
    const { code, tier, address, score, published } = house.properties;
    return el(
      "li",
      {
        role: "option", id: `row-${i}`, class: "row", data: { code }, "aria-selected": String(code === state.sel),
        onclick: () => { active = i; acts.open(house); },
        onpointerenter: (/** @type {PointerEvent} */ event) => { if (event.pointerType === "mouse") ring(house); },
      },
      mark(tier), el("span", { class: "offscreen" }, tierName(tier)), el("span", { class: "address" }, address || code),
      el("span", { class: "code" }, published && published !== tier && el("span", { class: "public", title: `${tr("asPublished")}: ${tierName(published)}` }, icon("eye"), mark(published), el("span", { class: "offscreen" }, `${tr("asPublished")}: ${tierName(published)}`)), address ? code : ""), el("span", { class: "score", title: tr("score") }, score === null || score === undefined ? "" : number(score)),
    );
  }

  function foot() {
    const total = scopeNow() ? shownOf(/** @type {any} */ (scopeNow()).counts) : 0;
    const node = byId("list-foot");
    if (pages) fill(node, el("button", { type: "button", class: "text", onclick: () => more(false) }, tr("listMore")));
    else if (rows.length) fill(node, el("span", null, tr("listEnd", total)));
    else if (state.scope === "area" && !state.area) fill(node, empty("polygon", tr("listNoArea"), [tr("startDrawing"), acts.draw]));
    else if (!scopeNow()) fill(node, el("span", null, tr("listLoading")));
    else {
      fill(node, empty("search", !state.site?.houses ? tr("noHouses") : tr(state.scope === "area" ? "listEmptyArea" : "listEmptyView"),
        state.tiers.length ? [tr("clearFilters"), () => set({ tiers: [] })] : null, state.scope === "view" && state.site?.bounds ? [tr("zoomOutButton"), acts.fit] : null));
    }
    byId("csv").disabled = !rows.length;
  }

  /** Marks the active row and keeps it in sight. */
  function point() {
    for (const node of list.querySelectorAll(".row")) {
      node.setAttribute("aria-selected", String(node.dataset.code === state.sel));
      node.classList.toggle("active", node.id === `row-${active}`);
    }
    const node = active >= 0 ? document.getElementById(`row-${active}`) : null;
    if (node) {
      list.setAttribute("aria-activedescendant", node.id);
      node.scrollIntoView({ block: "nearest" });
    } else list.removeAttribute("aria-activedescendant");
  }

  /** @param {typeof rows[number]} house */
  function ring(house) {
    const [lng, lat] = house.geometry.coordinates;
    set({ halo: { code: house.properties.code, lng, lat } });
  }

  list.addEventListener("pointerleave", () => { if (!state.sel && document.activeElement !== list) set({ halo: null }); });
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 });
    if (event.key in steps && rows.length) {
      event.preventDefault();
      active = Math.max(0, Math.min(rows.length - 1, active + steps[event.key]));
      ring(rows[active]);
      point();
      if (active > rows.length - 10) more(false);
    } else if (event.key === "Enter" && rows[active]) {
      event.preventDefault();
      acts.open(rows[active]);
    }
  });
  box.addEventListener("scroll", () => { if (box.scrollTop + box.clientHeight > box.scrollHeight - 400) more(false); });

  watch(["viewCounts"], () => { if (state.scope === "view") again(); });
  watch(["areaCounts"], () => { if (state.scope === "area") again(); });
  watch(["scope", "tiers"], again);
  watch(["lang", "policy"], () => draw(0));
  watch(["sel"], () => {
    const at = rows.findIndex((row) => row.properties.code === state.sel);
    if (at >= 0) active = at;
    point();
  });
  watch(["viewCounts", "areaCounts", "scope", "lang", "tiers"], scopes);
  scopes();
}

/**
 * @param {import("./icons.js").IconName} picture
 * @param {string} text
 * @param {...([string, () => void] | null)} buttons
 */
function empty(picture, text, ...buttons) {
  return el("div", { class: "empty" }, icon(picture), el("p", null, text),
    buttons.map((button) => button && el("button", { type: "button", onclick: button[1] }, button[0])));
}

/** The two tabs above the list. */
function scopes() {
  const tab = (/** @type {"view" | "area"} */ scope, /** @type {import("./i18n.js").Word} */ word, /** @type {import("./api.js").Summary | null} */ counts) =>
    el("button", {
      type: "button", role: "tab", id: `scope-${scope}`, "aria-selected": String(state.scope === scope), "aria-controls": "houses-box", tabindex: state.scope === scope ? 0 : -1,
      onclick: () => set({ scope }),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
        const other = scope === "view" ? "area" : "view";
        set({ scope: other });
        byId(`scope-${other}`).focus();
      },
    }, tr(word), counts ? el("span", null, number(shownOf(counts))) : null);
  const focused = document.activeElement?.id;
  fill(byId("scopes"), tab("view", "inView", state.viewCounts), tab("area", "inArea", state.area ? state.areaCounts : null));
  if (focused?.startsWith("scope-")) byId(focused).focus();
}
