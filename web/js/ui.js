// Small helpers for the page's elements. Knows no houses and no map. Data becomes text nodes, never markup.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Makes an element. `on…` props become listeners, `data` becomes data attributes, known properties are set, the rest become attributes.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any> | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  fill(node, ...children);
  return node;
}

/**
 * Replaces all children.
 * @param {Element} node
 * @param {...(Child | Child[])} children
 */
export function fill(node, ...children) {
  const flat = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  node.replaceChildren(...flat.map((child) => (child instanceof Node ? child : String(child))));
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an SVG element from plain attributes.
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Node | string} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/**
 * The element with this id; it is an error of ours when it is missing.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`index.html has no #${id}`);
  return node;
}

/**
 * Calls `act` once the calls have paused for `ms`.
 * @template {any[]} A
 * @param {number} ms
 * @param {(...args: A) => void} act
 * @returns {(...args: A) => void}
 */
export function paused(ms, act) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => act(...args), ms);
  };
}

/**
 * Calls `act` at once; what comes within `ms` after that is put together into one call, with the last arguments.
 * @template {any[]} A
 * @param {number} ms
 * @param {(...args: A) => void} act
 * @returns {(...args: A) => void}
 */
export function spaced(ms, act) {
  /** @type {A | null} */
  let last = null;
  let timer = 0;
  const rest = () => {
    timer = last ? window.setTimeout(rest, ms) : 0;
    const args = last;
    last = null;
    if (args) act(...args);
  };
  return (...args) => {
    if (timer) { last = args; return; }
    timer = window.setTimeout(rest, ms);
    act(...args);
  };
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const phone = () => matchMedia("(max-width: 759px)").matches;

/** Says a sentence to everybody, screen readers included. @param {string} text */
export function announce(text) {
  byId("status").textContent = text;
}

/**
 * A short note at the foot of the page, gone after some seconds.
 * @param {string} text
 * @param {"plain" | "bad"} [tone]
 */
export function toast(text, tone = "plain") {
  const note = el("div", { class: `toast ${tone}`, role: tone === "bad" ? "alert" : "status" }, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), tone === "bad" ? 8000 : 4000);
}

/**
 * Copies a text; without the clipboard (plain http) it selects it in a prompt-free way.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = el("textarea", { class: "offscreen", readonly: true, "aria-hidden": "true" });
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}
