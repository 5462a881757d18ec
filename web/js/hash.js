// The address as a mirror of the state: #at=z/lat/lng&day=&tiers=&sel=&photo=&as=&page=&round=&study=&lang=&theme=&area=. Pure text in and out.
import { TIERS } from "./tiers.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Area} Area */

const PAGES = /** @type {const} */ (["tasks", "policies", "photos", "field", "coverage", "rounds", "walk", "statistics", "studies"]);

/**
 * @param {State} state
 * @returns {string} without the leading #
 */
export function write(state) {
  const parts = [];
  if (state.at) parts.push(`at=${state.at.z.toFixed(2)}/${state.at.lat.toFixed(5)}/${state.at.lng.toFixed(5)}`);
  if (state.day) parts.push(`day=${state.day}`);
  if (state.tiers.length) parts.push(`tiers=${state.tiers.join(",")}`);
  if (state.sel) parts.push(`sel=${encodeURIComponent(state.sel)}`);
  if (state.photo) parts.push(`photo=${encodeURIComponent(state.photo)}`);
  if (state.as) parts.push(`as=${state.as}`);
  if (state.page) parts.push(`page=${state.page}`);
  if (state.round) parts.push(`round=${encodeURIComponent(state.round)}`);
  if (state.study) parts.push(`study=${encodeURIComponent(state.study)}`);
  parts.push(`lang=${state.lang}`, `theme=${state.theme}`);
  if (state.area) parts.push(`area=${areaToText(state.area)}`);
  return parts.join("&");
}

/**
 * What an address asks for; what it does not say or says wrongly is left out.
 * @param {string} text with or without the leading #
 * @returns {Partial<State>}
 */
export function read(text) {
  const asked = new URLSearchParams(text.replace(/^#/, ""));
  /** @type {Partial<State>} */
  const found = {};
  const at = (asked.get("at") ?? "").split("/").map(Number);
  if (at.length === 3 && at.every(Number.isFinite) && Math.abs(at[1]) <= 85 && Math.abs(at[2]) <= 180) found.at = { z: at[0], lat: at[1], lng: at[2] };
  const day = asked.get("day") ?? "";
  if (/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))) found.day = day;
  const tiers = (asked.get("tiers") ?? "").split(",");
  found.tiers = TIERS.filter((tier) => tiers.includes(tier));
  found.sel = asked.get("sel") || null;
  found.photo = /^[0-9A-Za-z]{26}$/.exec(asked.get("photo") ?? "")?.[0] ?? null;
  const as = asked.get("as");
  found.as = as === "published" || as === "computed" ? as : null;
  found.page = PAGES.find((page) => page === asked.get("page")) ?? "";
  found.round = /^(new|[0-9A-Za-z]{26})$/.exec(asked.get("round") ?? "")?.[0] ?? null;
  found.study = /^[0-9A-Za-z]{26}$/.exec(asked.get("study") ?? "")?.[0] ?? null;
  const lang = asked.get("lang");
  if (lang === "zh" || lang === "en") found.lang = lang;
  const theme = asked.get("theme");
  if (theme === "light" || theme === "dark") found.theme = theme;
  found.area = areaFromText(asked.get("area") ?? "");
  return found;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The ring as steps of a millionth of a degree (0.1 m), each a zigzag number in base 32 with a go-on bit.
 * @param {Area} area
 */
export const areaToText = (area) => ringToText(area.coordinates[0]);

/** @param {number[][]} ring */
function ringToText(ring) {
  let text = "", x = 0, y = 0;
  for (const [lng, lat] of ring.slice(0, -1)) {
    const [nx, ny] = [Math.round(lng * 1e6), Math.round(lat * 1e6)];
    text += numberToText(nx - x) + numberToText(ny - y);
    [x, y] = [nx, ny];
  }
  return text;
}

/** @param {number} value */
function numberToText(value) {
  let rest = value < 0 ? -value * 2 - 1 : value * 2, text = "";
  do {
    const low = rest % 32;
    rest = Math.floor(rest / 32);
    text += LETTERS[low + (rest ? 32 : 0)];
  } while (rest);
  return text;
}

/**
 * @param {string} text
 * @returns {Area | null} null when the text is empty or damaged
 */
export function areaFromText(text) {
  if (!text || text.length > 20000) return null;
  const ring = ringFromText(text);
  return ring && ring.length >= 4 ? { type: "Polygon", coordinates: [ring] } : null;
}

/**
 * @param {string} text
 * @returns {number[][] | null}
 */
function ringFromText(text) {
  const numbers = [];
  let value = 0, scale = 1;
  for (const letter of text) {
    const digit = LETTERS.indexOf(letter);
    if (digit < 0 || scale > 2 ** 40) return null;
    value += (digit % 32) * scale;
    if (digit >= 32) { scale *= 32; continue; }
    numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
    value = 0; scale = 1;
  }
  if (scale !== 1 || numbers.length % 2) return null;
  const ring = [];
  let x = 0, y = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    x += numbers[i]; y += numbers[i + 1];
    if (Math.abs(x) > 180e6 || Math.abs(y) > 90e6) return null;
    ring.push([x / 1e6, y / 1e6]);
  }
  if (ring.length) ring.push(ring[0]);
  return ring;
}
