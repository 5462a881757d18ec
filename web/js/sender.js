// Sends the queue, one photo at a time, in parts that may be cut anywhere: asks how far the server is and goes on from there. A photo is
// done when the server says that its row is there and that its bytes were read back and fit. Two tabs at once do no harm: the same file is
// one photo, and a part that the other tab sent already is asked for anew.
import * as api from "./api.js";
import { moveOn } from "./form.js";
import { changeWaiting, fileOf, forget, mine, onQueue, readQueue } from "./queue.js";
import { sha256 } from "./sha256.js";
import { may, state, watch } from "./state.js";
import { steady } from "./steady.js";

/** @typedef {import("./queue.js").Waiting} Waiting */

const PART = 256 * 1024;
/** A part that takes longer is on a dead line. */
const PART_MS = 90_000;
/** Refusals that pass by themselves. */
const PASSING = ["offset_differs", "checksum_differs", "upload_busy", "too_many_uploads", "photo_storage_full", "overloaded"];

/** @type {(() => void)[]} */
const heard = [];

const sender = steady({
  may: () => may("take_photo"),
  items: () => mine().filter((one) => one.state === "waiting"),
  send: sendOne,
  told: () => { for (const act of heard) act(); },
});

export const { now: sendNow, secondsToWait, failingOften } = sender;

/** Calls `act` when the line breaks or comes back, or a photo does not go. @param {() => void} act */
export const onLine = (act) => { heard.push(act); };

export function startSender() {
  readQueue().then(sender.run, () => {}); // a browser that keeps nothing says so when a photo is brought
  watch(["me"], () => { readQueue().then(sender.run, () => {}); });
  onQueue(sender.go);
}

/** @param {Waiting} one */
async function sendOne(one) {
  const { id } = one;
  const file = await fileOf(id);
  if (!file) {
    await readQueue(); // another tab was faster
    if (mine().some((other) => other.id === id && other.state === "waiting")) await forget(id); // nothing is left of it to send
    return;
  }
  try {
    const hash = one.hash ?? await sha256(new Uint8Array(await file.arrayBuffer()));
    if (!one.hash) await changeWaiting(id, { hash });
    if (!await done(one, hash)) {
      await bring(one, file, hash);
      if (!await done(one, hash)) {
        await changeWaiting(id, { upload: null, offset: 0 });
        throw new Error("sent, and not there");
      }
    }
  } catch (error) {
    if (!(error instanceof api.Problem) || error.status === 401 || error.status >= 500 || PASSING.includes(error.code)) throw error;
    await changeWaiting(id, { state: "refused", upload: null, offset: 0, trouble: { zh: error.titleZh || error.message, en: error.message } });
  }
}

/** Whether the server has it whole; then it is forgotten here. @param {Waiting} one @param {string} hash */
async function done(one, hash) {
  const { photos: [there] } = await api.verifiedPhotos([hash]);
  if (!there?.verified || !there.id) return false;
  const house = mine().find(({ id }) => id === one.id)?.house;
  let photo = await api.photo(there.id);
  // The same file may have come before, or the officer said the house after the upload had begun.
  if (house && photo.house_code !== house) photo = await api.linkPhoto(there.id, house);
  await changeWaiting(one.id, { state: "stored", photo: photo.id, link: photo.link, house: photo.house_code, alike: photo.alike.length, offset: one.bytes, upload: null });
  if (house && house === state.sel) await moveOn().catch(() => {});
  return true;
}

/** @param {Waiting} one @param {Blob} file @param {string} hash */
async function bring(one, file, hash) {
  let standing = await stands(one);
  let place = one.upload ?? "";
  if (!standing) {
    standing = await api.beginUpload(file.size, about(one, hash));
    place = standing.location ?? "";
    await changeWaiting(one.id, { upload: place, offset: 0 });
  }
  while (!standing.photo) {
    standing = await api.sendPart(place, standing.offset, file.slice(standing.offset, standing.offset + PART), AbortSignal.timeout(PART_MS)).catch(async (error) => {
      if (!(error instanceof api.Problem) || error.status !== 404) throw error;
      await changeWaiting(one.id, { upload: null, offset: 0 });
      throw new Error("the upload is over"); // it begins anew
    });
    await changeWaiting(one.id, { offset: standing.offset });
  }
}

/** How far an upload that was begun came; null when there is none any more. @param {Waiting} one */
async function stands(one) {
  if (!one.upload) return null;
  try {
    return await api.uploadStands(one.upload);
  } catch (error) {
    if (error instanceof api.Problem && error.status === 404) return null;
    throw error;
  }
}

/** What is known beside the picture; what is left out the server reads from the file. @param {Waiting} one @param {string} hash */
function about({ house, place, taken }, hash) {
  return Object.fromEntries(Object.entries({ hash, house, taken, lon: place?.lon, lat: place?.lat, accuracy: place?.accuracy })
    .filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => [name, String(value)]));
}
