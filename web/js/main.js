// Wires the rooms together. Decides nothing about houses.
//
//   main ── wires ──▶ legend  list  card  area  trend  day  search  record  session  csv  print   (one noun each; draw from the state, change it)
//                        │     live                                                                (hears of what others change)
//                        │     photos ── photo  lightbox  queuelist ── queue  sender  photowork ── field  coverage  (pictures of houses)
//                        │     rounds ── due  roundform  roundplan ── stoplist   walk ── findings  outbox ── courier       (who visits whom)
//                        │     studies ── questionform ── pencilcount   resultcard ── groups   ledger                 (where red houses stand, and whether by chance)
//                        │     tasks  lens  policies ── editor  difference                         (the office's work, the view, the rules)
//                        │     card ── standing  receipt  ways  visits  history  notices  reviews  events  (the parts of one house)
//                        │     census  roll  population  statistics                                (what is counted and listed)
//                        │     session ── account ── accounts  streets     firststart              (who is at the desk)
//                        ▼
//   state ◀── mirrored ── address, hash        map/ (alone knows the map library)      api (alone fetches)
//                        ▼
//   i18n, words.*   tiers   icons   calendar   ui                                                  (know nothing of the rest)
import { startAddress } from "./address.js";
import * as api from "./api.js";
import { areaRefused, startArea } from "./area.js";
import { startCard } from "./card.js";
import { startCensus } from "./census.js";
import { startConnection } from "./connection.js";
import { startCourier } from "./courier.js";
import { startCsv } from "./csv.js";
import { startDay } from "./day.js";
import { takeOf } from "./field.js";
import { openFirstStart } from "./firststart.js";
import { read } from "./hash.js";
import { pick, tr, translate, troubleText } from "./i18n.js";
import { hangIcons, icon } from "./icons.js";
import { startKeys } from "./keys.js";
import { showLens, startLens } from "./lens.js";
import { startLegend } from "./legend.js";
import { loadedRows, startList } from "./list.js";
import { startLive } from "./live.js";
import { Pencil } from "./map/draw.js";
import { canDraw, HouseMap } from "./map/map.js";
import { wayOf } from "./difference.js";
import { openPersonFind } from "./personfind.js";
import { startPhoto } from "./photo.js";
import { startPaste } from "./photos.js";
import { nextToPlace, onPhotoPage, startPhotoWork } from "./photowork.js";
import { answer, picking } from "./pick.js";
import { pointAt, startPolicies } from "./policies.js";
import { follow } from "./pencilcount.js";
import { startPopulation } from "./population.js";
import { printPage, startPrint } from "./print.js";
import { onStudies, startStudies } from "./studies.js";
import { openRecord, openVoid } from "./record.js";
import { onRounds, startRounds } from "./rounds.js";
import { startSender } from "./sender.js";
import { sessionEnded, startSession } from "./session.js";
import { covered, rest, showTab, startSheet } from "./sheet.js";
import { startSearch } from "./search.js";
import { may, set, state, watch } from "./state.js";
import { startStatistics } from "./statistics.js";
import { startTasks } from "./tasks.js";
import { showTip } from "./tip.js";
import { startTrend } from "./trend.js";
import { byId, copy, el, fill, paused, phone, spaced, toast } from "./ui.js";
import { startWalk } from "./walk.js";

/** @type {HouseMap | null} */
let map = null;
/** @type {Pencil | null} */
let pencil = null;
let arrived = false;
/** @type {(group: number) => void} */
let groupPicked = () => {};

hangIcons(document);
set(Object.fromEntries(Object.entries(read(location.hash)).filter(([, value]) => value !== undefined)));
dress();
startLens();
startConnection({
  back: () => { if (state.site) { map?.reload(); set({ revision: state.revision + 1 }); } else begin(); },
  refused: sessionEnded,
});
begin();

async function begin() {
  try {
    const [site] = await Promise.all([api.site(), startSession().catch(() => {})]);
    const last = site.today > site.opening_day ? site.today : site.opening_day;
    const asked = state.day && state.day <= last ? state.day : site.opening_day;
    const day = site.first_day && asked < site.first_day ? site.first_day : asked;
    set({ site, revision: site.revision, day });
    askPolicy();
    start();
    if (site.first_start) openFirstStart();
  } catch (error) {
    if (!(error instanceof api.Gone)) showMapNote(`${tr("troubleLoad")}${troubleText(error)}`, () => location.reload());
  }
}

async function askPolicy() {
  try {
    set({ policy: await api.policy(state.day) });
  } catch { /* without its words the page still shows colours and shapes */ }
}

function start() {
  const site = /** @type {api.Site} */ (state.site);
  const led = state.sel && !state.at; // a link to a house, from a door sign: the map goes there as soon as the place is known
  titles();
  startSheet(() => moved());
  if (canDraw()) startMap(site);
  else {
    document.body.classList.add("no-map");
    showMapNote(tr("noWebgl"));
    if (site.bounds) {
      const [w, s, e, n] = site.bounds;
      set({ view: { type: "Polygon", coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] } });
    }
  }
  const drawTools = startArea(() => pencil);
  if (map) {
    const gl = map;
    gl.ready(() => {
      pencil = new Pencil(gl, state.theme, {
        area: (area) => { set({ area, scope: area ? "area" : "view" }); if (area && phone()) { if (onStudies()) showTab("list"); rest("half"); } },
        sketch: (area) => { if (onStudies()) follow(area); },
        tool: (tool) => { drawTools(); if (phone() && tool !== "static") rest("peek"); document.body.classList.toggle("drawing", tool !== "static"); showTip(null, null, null); },
        history: () => drawTools(),
      });
      if (state.area) pencil.put(state.area);
      drawTools();
    });
  }
  startLegend({ cells: () => Boolean(site.houses && map && !map.showsHouses()) });
  startList({ open: (house) => open(house.properties.code, house.geometry.coordinates), fit: () => map?.fit(), draw: () => { if (phone()) byId("sheet").dataset.tab = "area"; pencil?.take("polygon"); } });
  watch(["sel", "photo", "page", "round", "study", "me"], rooms);
  rooms();
  startCard({
    close: () => set({ sel: null, halo: null }), record: openRecord, voidEvent: openVoid,
    centre: (at) => { if (phone()) rest("half"); map?.go(at, true); }, goToDay: (day) => set({ day }),
    readPolicy: (name, version) => { pointAt(name, version); set({ page: "policies", sel: null, halo: null }); },
  });
  startTasks({ open: openToday });
  startRounds({
    open, draw: (drawing) => map?.round(drawing), frame: (places) => map?.frame(places), place: (act) => { if (act && phone()) rest("peek"); map?.place(act && ((at) => { act(at); if (phone()) rest("full"); })); }, walk: startWalk({ open, beside: takeOf }),
    centre: () => { const { bounds } = site; const at = state.at ?? { lng: bounds ? (bounds[0] + bounds[2]) / 2 : 0, lat: bounds ? (bounds[1] + bounds[3]) / 2 : 0 }; return [Number(at.lng.toFixed(6)), Number(at.lat.toFixed(6))]; },
  });
  startCourier();
  startStatistics();
  groupPicked = startStudies({
    open, draw: (drawing) => map?.groups(drawing), frame: (places) => map?.frame(places),
    pencil: () => { if (!pencil) return toast(tr("noWebgl")); pencil.take("polygon"); byId("map").scrollIntoView({ block: "nearest" }); },
  });
  startPolicies({ open: (code, at, day) => { set({ day }); open(code, at); } });
  showLens();
  watch(["difference", "page"], flips);
  startDay({ settled: () => map?.settled() ?? Promise.resolve() });
  startTrend();
  startSearch((house) => { open(house.code, [house.lon, house.lat]); }, (number) => openPersonFind(number, openAt));
  startPhoto({ mark: (photo, spots) => map?.photo(photo, spots), go: (at) => { if (phone()) rest("half"); map?.go(at, true, 17.6); }, house: openAt, next: nextToPlace });
  startPhotoWork({ marks: (photos) => map?.photos(photos), bare: (ids) => map?.bare(ids), open, centre: () => (map ? map.centre() : null) });
  startPaste();
  startSender();
  startCsv();
  startPrint(loadedRows);
  startKeys({ escape, print: () => printPage(map), undo: () => pencil?.undo(), redo: () => pencil?.redo(), remove: () => { if (pencil?.tool !== "select") return false; pencil.erase(); return true; } });
  startLive({
    alive: (now) => { if (map) map.live = now; },
    changed: ({ revision, tiles = null, base = false }) => { map?.freshen(tiles, base); caughtUp(revision); },
  });
  startAddress(({ at }) => { if (at) map?.look(at); });
  startCensus({ failed: areaRefused, newer: caughtUp });
  startPopulation((cells) => map?.density(cells));
  buttons();
  watch(["lang"], dress);
  watch(["theme"], () => { dress(); map?.restyle(state.theme, state.tiers); pencil?.dress(state.theme); });
  watch(["tiers"], () => map?.restyle(state.theme, state.tiers));
  watch(["day", "revision", "as"], paused(70, () => map?.show(state.day, state.revision)));
  watch(["me"], () => map?.reload());
  watch(["day"], paused(400, askPolicy));
  watch(["halo"], () => {
    map?.halo(state.halo);
    if (led && !arrived && state.halo) { arrived = true; map?.go(state.halo, true); }
  });
  watch(["area"], () => pencil?.put(state.area));
  document.body.classList.add("ready");
}

/** @param {api.Site} site */
function startMap(site) {
  map = new HouseMap({
    container: byId("map"), theme: state.theme, tiers: state.tiers, day: state.day, revision: state.revision, at: state.at, bounds: site.bounds, basemap: site.basemap ?? null,
    insets: () => ({ top: 0, right: 0, left: 0, bottom: covered() }),
    identity: api.identity, lens: api.lensNow, moved: paused(60, moved), hovered: showTip,
    picked: (house) => { open(house.code, [house.lng, house.lat]); },
    photo: (id) => set({ photo: id }), choosing: picking,
    grouped: (number) => groupPicked(number),
  });
  map.name(tr("mapLabel"));
  const gl = map;
  gl.ready(moved);
  if (!site.houses) showMapNote(tr("noHouses"));
  byId("zoom-in").addEventListener("click", () => gl.zoomBy(1));
  byId("zoom-out").addEventListener("click", () => gl.zoomBy(-1));
  byId("north").addEventListener("click", () => gl.northUp());
  byId("fit").hidden = !site.bounds;
  byId("fit").addEventListener("click", () => gl.fit());
}

/** Everything on the page is asked anew; while many changes come one after another (a folder of photos, an import), not for each of them. */
const caughtUp = spaced(4000, (/** @type {number} */ revision) => { if (revision > state.revision) set({ revision }); });

function moved() {
  byId("north").hidden = !map?.turned();
  if (map && !matchMedia("print").matches) set({ at: map.at(), view: map.view() }); // on paper the map has no size
}

/** Which room stands on the right: the card over the work over the list. */
function rooms() {
  const tasks = state.page === "tasks" && may("see_work");
  const photos = onPhotoPage();
  const rounds = onRounds();
  const studies = onStudies();
  byId("list-room").hidden = Boolean(state.sel) || tasks || photos || rounds || studies;
  byId("studies").hidden = Boolean(state.sel || state.photo) || !studies;
  document.body.classList.toggle("on-studies", studies);
  byId("rounds").hidden = Boolean(state.sel || state.photo) || !rounds;
  document.body.classList.toggle("on-rounds", rounds);
  byId("photo-work").hidden = Boolean(state.sel || state.photo) || !photos;
  document.body.classList.toggle("on-photos", photos);
  document.body.classList.toggle("with-photo", Boolean(state.photo));
  byId("tasks").hidden = Boolean(state.sel) || !tasks;
  byId("policies").hidden = state.page !== "policies";
  document.body.classList.toggle("on-policies", state.page === "policies");
  byId("statistics").hidden = state.page !== "statistics";
  document.body.classList.toggle("on-statistics", state.page === "statistics");
  document.body.classList.toggle("with-house", Boolean(state.sel || state.photo));
  if (studies && !state.sel && !state.photo && phone()) { showTab("list"); rest("half"); }
  if ((tasks || photos || rounds) && !state.sel && !state.photo && phone()) { byId("sheet").dataset.tab = "list"; rest("full"); }
}

/** @param {string} code @param {[number, number]} at */
function open(code, [lng, lat]) {
  if (answer({ code, lng, lat })) return;
  if (phone()) rest("half");
  set({ sel: code, photo: null, halo: { code, lng, lat } });
  map?.go({ lng, lat });
}

/** The houses that an edited policy would change, ringed on the map while that page is open. */
function flips() {
  const shown = state.page === "policies" ? state.difference?.flips ?? [] : [];
  map?.flips(shown.map((flip) => ({ lng: flip.lon, lat: flip.lat, way: wayOf(flip) })));
}

/** A house of the office's work: as it is today, whatever day the map showed. @param {string} code */
const openToday = (code) => openAt(code, state.site?.today ?? state.day);

/** A house of which only the code is known. @param {string} code @param {string} [day] */
async function openAt(code, day = state.day) {
  try {
    const { lon, lat } = await api.houseOf(code, day);
    set({ day });
    open(code, [lon, lat]);
  } catch (error) {
    toast(troubleText(error), "bad");
  }
}

/** Esc: first the tool at work, then the card, then the page beside the map. */
function escape() {
  if (pencil && pencil.tool !== "static") pencil.take("static");
  else if (answer(null)) return;
  else if (map?.placing) map.place(null);
  else if (state.photo) set({ photo: null });
  else if (state.sel) set({ sel: null, halo: null });
  else if (state.round && onRounds()) set({ round: null });
  else if (state.study && onStudies()) set({ study: null });
  else if (state.page) set({ page: "" });
}

function buttons() {
  byId("lang").addEventListener("click", () => { const lang = state.lang === "zh" ? "en" : "zh"; keep("lang", lang); set({ lang }); });
  byId("theme").addEventListener("click", () => { const theme = state.theme === "light" ? "dark" : "light"; keep("theme", theme); set({ theme }); });
  byId("share").addEventListener("click", async () => { if (await copy(location.href)) toast(tr("shared")); });
  byId("policies-open").addEventListener("click", () => set({ page: state.page === "policies" ? "" : "policies", sel: null, halo: null }));
  byId("statistics-open").addEventListener("click", () => set({ page: state.page === "statistics" ? "" : "statistics", sel: null, halo: null }));
  byId("print").addEventListener("click", () => printPage(map));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => { if (!kept("theme")) set({ theme: event.matches ? "dark" : "light" }); });
}

/** @param {string} name @param {string} value */
function keep(name, value) {
  try { localStorage.setItem(`sanshi.${name}`, value); } catch { /* a private window keeps nothing */ }
}

/** @param {string} name */
function kept(name) {
  try { return localStorage.getItem(`sanshi.${name}`); } catch { return null; }
}

/** Language and theme on the page's own elements. */
function dress() {
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.theme = state.theme;
  translate(document);
  byId("lang").textContent = tr("langShort");
  byId("lang").title = tr("langSwitch");
  byId("lang").setAttribute("aria-label", `${tr("langShort")}: ${tr("langSwitch")}`);
  fill(byId("theme"), icon(state.theme === "light" ? "moon" : "sun"));
  map?.name(tr("mapLabel"));
  titles(); // after the words of index.html, which stand there until the site is known
}

function titles() {
  const { site } = state;
  if (!site) return;
  const name = pick(site.name) || tr("appName");
  byId("site-name").textContent = name;
  fill(byId("site-kind"), `${tr("appName")} · ${tr("appKind")}`, site.demo && el("span", { class: "tag" }, tr("demo")));
  const own = typeof site.attribution === "string" ? site.attribution : pick(site.attribution);
  // A basemap credits its sources in HTML; only its text is shown, and nothing of it runs.
  const others = new DOMParser().parseFromString(site.basemap?.attribution ?? "", "text/html").body.textContent;
  byId("credit").textContent = [own, others].filter(Boolean).join(" · ");
  document.title = `${name} · ${tr("appKind")}`;
}

/** @param {string} text @param {() => void} [retry] */
function showMapNote(text, retry) {
  const note = byId("map-note");
  note.hidden = false;
  fill(note, el("p", null, text), retry && el("button", { type: "button", onclick: retry }, tr("retry")));
}
