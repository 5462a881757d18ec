// Words in two languages: looks them up, formats days and numbers, fills `data-t` attributes. Knows no houses.
import { state } from "./state.js";
import { en } from "./words.en.js";
import { zh } from "./words.zh.js";

/** @typedef {keyof typeof zh} Word */

/** @type {Record<"zh" | "en", Record<Word, string | ((...values: any[]) => string)>>} */
const WORDS = { zh, en };

/**
 * The word or sentence in the language of the page.
 * @param {Word} word
 * @param {...(string | number)} values
 */
export function tr(word, ...values) {
  const found = WORDS[state.lang][word];
  return typeof found === "function" ? found(...values) : found;
}

/** A text that carries both languages. @param {import("./api.js").Text | null | undefined} text */
export const pick = (text) => (text ? text[state.lang] || text.zh || text.en || "" : "");

const locale = () => (state.lang === "zh" ? "zh-CN" : "en-GB");

/** The same as a line of its own: English words get their capital. @param {import("./api.js").Text | null | undefined} text */
export const sentence = (text) => pick(text).replace(/^[a-z]/, (letter) => letter.toUpperCase());

/** @param {number} value @param {number} [digits] */
export const number = (value, digits = 0) => new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value).replace("-", "−");

/** A p-value: "0.03", "0.0004", "< 0.0001". @param {number} p */
export const chance = (p) => (p < 0.0001 ? `< ${number(0.0001, 4)}` : number(p, p < 0.1 ? 4 : 2));

/** The size of a file. @param {number} bytes */
export const fileSize = (bytes) => (bytes < 1e6 ? `${number(Math.ceil(bytes / 1e3))} kB` : `${number(bytes / 1e6, 1)} MB`);

/** "2010年10月31日", "31 Oct 2010". @param {string} day */
export const longDay = (day) => new Intl.DateTimeFormat(locale(), { dateStyle: state.lang === "zh" ? "long" : "medium", timeZone: "UTC" }).format(Date.parse(day));

/** A moment in the time of whoever looks: "2010年10月31日 14:05". @param {string} at RFC 3339 */
export const moment = (at) => new Intl.DateTimeFormat(locale(), { dateStyle: state.lang === "zh" ? "long" : "medium", timeStyle: "short" }).format(Date.parse(at));

/** "+3", "−2", "0": with a real minus sign. @param {number} points */
export const signed = (points) => (points > 0 ? `+${number(points)}` : number(points));

/** @param {string} role */
export const roleName = (role) => {
  const word = /** @type {Word} */ (`role_${role}`);
  return word in zh ? tr(word) : role;
};

/** @param {string} kind */
export const kindName = (kind) => {
  const word = /** @type {Word} */ (`kind_${kind}`);
  return word in zh ? tr(word) : kind;
};

/** @param {import("./api.js").ServicePoint["kind"]} kind */
export const serviceName = (kind) => tr(/** @type {Word} */ (`service_${kind}`));

/** Whose visit it is. @param {import("./api.js").Duty} duty */
export const dutyName = (duty) => tr(/** @type {Word} */ (`duty_${duty}`));

/** How a visit ended. @param {import("./api.js").Outcome} outcome */
export const outcomeName = (outcome) => tr(/** @type {Word} */ (`outcome_${outcome}`));

/** What does not hold in an order made by hand; "" for what has no word. @param {string | undefined} what */
export const misfitName = (what) => {
  const word = /** @type {Word} */ (`misfit_${what}`);
  return word in zh ? tr(word) : "";
};

/** A time of day from seconds since midnight; past midnight it says so. @param {number} seconds */
export const clockTime = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  const text = `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return minutes >= 1440 ? tr("nextDay", text) : text;
};

/** "45 min", "2 h 5 min". @param {number} seconds */
export const duration = (seconds) => {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? tr("minutesOf", minutes) : tr("hoursOf", Math.floor(minutes / 60), minutes % 60);
};

/** Names one after another. @param {string[]} names */
export const listed = (names) => names.join(state.lang === "zh" ? "、" : ", ");

/** "850 m", "3.3 km". @param {number} metres */
export const distance = (metres) => (metres < 1000 ? `${number(metres)} m` : `${number(metres / 1000, 1)} km`);

/** What was done, as the audit names it. @param {string} verb */
export const verbName = (verb) => {
  const word = /** @type {Word} */ (`did_${verb}`);
  return word in zh ? tr(word) : verb;
};

/** @param {import("./api.js").NoticeKind} kind */
export const noticeName = (kind) => tr(/** @type {Word} */ (`notice_${kind}`));

/** @param {import("./tiers.js").Tier} tier */
export const tierName = (tier) => tr(/** @type {Word} */ (`tier_${tier}`));

/** What a tier is called: the policy's word, else ours. @param {import("./tiers.js").Tier} tier */
export const tierCalled = (tier) => pick(state.policy?.tiers[tier]?.called) || "";

/** What went wrong, in the page's language; some refusals have friendlier words of ours. @param {unknown} error */
export function troubleText(error) {
  const problem = /** @type {{ titleZh?: string, message?: string, code?: string }} */ (error);
  const word = /** @type {Word} */ (`refused_${problem.code}`);
  if (word in zh) return tr(word);
  return (state.lang === "zh" && problem.titleZh) || problem.message || tr("trouble");
}

/** Why something that waits does not go. @param {{ tries: number, error: unknown }} failing */
export const failingText = ({ tries, error }) => tr("queueFailing", tries, error instanceof Object && "titleZh" in error ? troubleText(error) : tr("queueUnclear"));

/** Fills every `data-t…` of the page. @param {ParentNode} root */
export function translate(root) {
  const each = (/** @type {string} */ name, /** @type {(node: HTMLElement, text: string) => void} */ put) => {
    for (const node of root.querySelectorAll(`[${name}]`)) put(/** @type {HTMLElement} */ (node), tr(/** @type {Word} */ (node.getAttribute(name))));
  };
  each("data-t", (node, text) => { node.textContent = text; });
  each("data-t-placeholder", (node, text) => node.setAttribute("placeholder", text));
  each("data-t-label", (node, text) => {
    node.setAttribute("aria-label", text);
    if (node.tagName === "BUTTON") node.title = text;
  });
}
