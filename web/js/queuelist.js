// The photos on their way as a list: each with how far it is, and above them how many are stored and verified.
import { saveFile } from "./csv.js";
import { failingText, fileSize, pick, tr } from "./i18n.js";
import { icon } from "./icons.js";
import { changeWaiting, enqueue, fileOf, forget, mine, ofOthers, onQueue } from "./queue.js";
import { failingOften, onLine, secondsToWait, sendNow } from "./sender.js";
import { set, watch } from "./state.js";
import { thumb } from "./thumb.js";
import { announce, el, fill, toast } from "./ui.js";

/** @typedef {import("./queue.js").Waiting} Waiting */

/** @param {File[]} files @param {Parameters<typeof enqueue>[1]} about */
export async function bringFiles(files, about) {
  const pictures = files.filter((file) => file.type.startsWith("image/") || /\.(jpe?g|png|webp|hei[cf])$/i.test(file.name));
  if (pictures.length < files.length) toast(tr("photosNotPictures", files.length - pictures.length), "bad");
  if (!pictures.length) return;
  try {
    await enqueue(pictures, about);
    announce(tr("photosQueued", pictures.length));
  } catch {
    toast(tr("photosNotKept"), "bad");
  }
}

/** The lists that stand on the page. @type {Set<{ room: HTMLElement, draw: () => void }>} */
const lists = new Set();
const follow = () => {
  for (const list of lists) {
    if (list.room.isConnected) list.draw();
    else lists.delete(list);
  }
};
onQueue(follow);
onLine(follow);
watch(["lang", "me"], follow);

/** A small picture of what waits, made on the device. @param {Waiting} one */
function miniature(one) {
  if (one.photo) return thumb(one.photo, "");
  const box = el("span", { class: "thumb small" }, icon("camera"));
  if (one.state !== "stored") {
    fileOf(one.id).then((file) => createImageBitmap(file ?? new Blob(), { resizeWidth: 144, resizeQuality: "low" })).then((bitmap) => {
      const canvas = el("canvas", { width: bitmap.width, height: bitmap.height, "aria-hidden": "true" });
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      bitmap.close();
      fill(box, canvas);
    }, () => {}); // no picture: the server says why
  }
  return box;
}

/**
 * A list that follows the queue for as long as it stands on the page.
 * @param {(one: Waiting) => boolean} shown
 * @param {(one: Waiting) => import("./ui.js").Child} [more] what stands beside each
 */
export function queueLines(shown, more = () => null) {
  const said = el("p", { class: "queue-said" });
  const line = el("p", { class: "queue-line", role: "status" });
  const list = el("ul", { class: "queue", "aria-label": tr("queueLabel") });
  const room = el("div", { class: "queue-room" }, said, line, list);
  /** Lines by id: one that did not change stands as it is. @type {Map<string, { text: string, node: HTMLElement }>} */
  let drawn = new Map();
  /** @type {Map<string, Element>} */
  const pictures = new Map();
  let told = "";
  const draw = () => {
    const items = mine().filter(shown);
    const stored = items.filter((one) => one.state === "stored").length;
    const open = items.filter((one) => one.state === "waiting").length;
    room.hidden = !items.length && !ofOthers();
    const bar = el("progress", { max: Math.max(1, items.reduce((sum, one) => sum + one.bytes, 0)), value: items.reduce((sum, one) => sum + (one.state === "stored" ? one.bytes : one.offset), 0), "aria-hidden": "true" });
    const words = items.length ? tr("photosStored", stored, items.length) : "";
    fill(said, items.length > 0 && el("b", { id: "queue-count" }, stored === items.length && icon("check"), words), open > 0 && bar,
      stored > 0 && open === 0 && el("button", { type: "button", class: "text", onclick: async () => { for (const one of items) if (one.state === "stored") await forget(one.id); } }, tr("queueClear")));
    if (words !== told && stored === items.length && items.length) announce(words);
    told = words;
    const wait = secondsToWait();
    fill(line, open > 0 && (wait || !navigator.onLine) && el("span", null, icon("hourglass"), tr(navigator.onLine ? "queueWaits" : "queueOffline", wait)),
      open > 0 && wait > 0 && el("button", { type: "button", class: "text", onclick: () => sendNow() }, tr("retry")),
      ofOthers() > 0 && el("span", null, tr("queueOthers", ofOthers())));
    const before = drawn;
    drawn = new Map();
    fill(list, ...items.map((one) => {
      const text = JSON.stringify([one.state, one.offset, one.house, one.link, one.trouble, one.photo, failingOften(one.id)?.tries, document.documentElement.lang]);
      const was = before.get(one.id);
      const key = `${one.id}${one.photo ?? ""}`;
      const small = pictures.get(key) ?? miniature(one);
      pictures.set(key, small);
      const node = was?.text === text ? was.node : queued(one, small, more);
      drawn.set(one.id, { text, node });
      return node;
    }));
  };
  lists.add({ room, draw });
  draw();
  return room;
}

/** @param {Waiting} one @param {Element} small @param {(one: Waiting) => import("./ui.js").Child} more */
function queued(one, small, more) {
  const share = one.bytes ? Math.floor((one.offset / one.bytes) * 100) : 0;
  const failing = one.state === "waiting" ? failingOften(one.id) : null;
  const isBad = one.state === "refused" || Boolean(failing);
  const words = one.state === "stored" ? tr("queueStored") : one.state === "refused" ? tr("queueRefused", pick(one.trouble)) : failing ? failingText(failing) : one.offset ? tr("queueSending", share) : tr("queueWaiting");
  return el("li", { class: `queued ${one.state}${failing ? " failing" : ""}`, data: { state: one.state } },
    one.photo ? el("button", { type: "button", class: "photo-open", "aria-label": tr("photoOpen", one.name), onclick: () => set({ photo: one.photo }) }, small) : small,
    el("div", null, el("span", { class: "file-name" }, one.name || tr("photo")), el("small", null, fileSize(one.bytes), one.house ? ` · ${one.house}` : ""),
      el("span", { class: "queue-state" }, icon(one.state === "stored" ? "check" : isBad ? "bad" : "clock"), words),
      one.state === "waiting" && !failing && el("progress", { max: 100, value: share, "aria-label": words }),
      isBad && el("span", { class: "acts-of" },
        el("button", { type: "button", class: "text", onclick: () => { changeWaiting(one.id, { state: "waiting", trouble: null }).then(() => sendNow(one.id)); } }, tr("queueAgain")),
        el("button", { type: "button", class: "text", onclick: () => { fileOf(one.id).then((file) => { if (file) saveFile(one.name || `${one.id}.jpg`, file); }, () => toast(tr("notReadable"), "bad")); } }, tr("queueSave")),
        el("button", { type: "button", class: "text", onclick: () => { forget(one.id); } }, tr("queueDiscard"))),
      one.alike > 0 && el("span", { class: "queue-state" }, icon("bad"), tr("photoAlike")),
      more(one)));
}
