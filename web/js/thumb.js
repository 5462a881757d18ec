// Pictures of photos as elements: asked for with the identity of who looks (an <img> of its own could not), only once they are near the
// view, and forgotten when somebody else signs in.
import * as api from "./api.js";
import { icon } from "./icons.js";
import { state, watch } from "./state.js";
import { el } from "./ui.js";

const MOST = 240;
/** Object URLs by photo and size, the oldest first. @type {Map<string, Promise<string>>} */
const held = new Map();
let whose = "";

/** @param {string} key */
function drop(key) {
  held.get(key)?.then(URL.revokeObjectURL, () => {});
  held.delete(key);
}

watch(["me"], () => {
  if (whose === state.me.name) return;
  whose = state.me.name;
  for (const key of [...held.keys()]) drop(key);
});

/** @param {string} id @param {"small" | "large" | "full"} size */
function urlOf(id, size) {
  const key = `${id}/${size}`;
  let url = held.get(key);
  if (!url) {
    url = api.photoPicture(id, size).then((blob) => URL.createObjectURL(blob));
    url.catch(() => held.delete(key));
    held.set(key, url);
    for (const old of [...held.keys()].slice(0, Math.max(0, held.size - MOST))) drop(old);
  }
  return url;
}

/** @type {WeakMap<Element, () => void>} */
const loaders = new WeakMap();
const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    loaders.get(target)?.();
  }
}, { rootMargin: "240px" });

/**
 * A photo as an image. Without one (deleted, or the line is gone) a sign stands in its place.
 * @param {string} id @param {string} alt @param {"small" | "large" | "full"} [size]
 */
export function thumb(id, alt, size = "small") {
  const box = el("span", { class: `thumb ${size}` });
  loaders.set(box, async () => {
    try {
      const image = el("img", { alt, src: await urlOf(id, size), decoding: "async" });
      box.replaceChildren(image);
    } catch {
      box.replaceChildren(icon("camera"), el("span", { class: "offscreen" }, alt));
      box.classList.add("gone");
    }
  });
  near.observe(box);
  return box;
}
