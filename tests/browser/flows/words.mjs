// The dictionaries and the sources: no browser needed, but they belong to the page.
import { expect, test } from "@playwright/test";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const web = fileURLToPath(new URL("../../../web/", import.meta.url));
const sources = readdirSync(`${web}js`, { recursive: true }).map(String).filter((name) => name.endsWith(".js"))
  .map((name) => ({ name, text: readFileSync(`${web}js/${name}`, "utf8") }));
// By its text: node would take a .js file outside a module package for CommonJS.
const words = async (name) => (await import(`data:text/javascript,${encodeURIComponent(readFileSync(`${web}js/words.${name}.js`, "utf8"))}`))[name];
const [zh, en] = [await words("zh"), await words("en")];
const html = readFileSync(`${web}index.html`, "utf8");

test("both dictionaries have the same keys, and functions where the other has functions", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
  for (const key of Object.keys(zh)) expect(typeof en[key], key).toBe(typeof zh[key]);
});

test("every data-t and every tr() names a word that exists, and no word is left over", () => {
  const used = new Set();
  for (const [, word] of html.matchAll(/data-t(?:-label|-placeholder)?="([^"]+)"/g)) used.add(word);
  for (const { text } of sources) {
    for (const [, word] of text.matchAll(/\btr\(\s*"(\w+)"/g)) used.add(word);
    for (const word of Object.keys(zh)) if (text.includes(`"${word}"`)) used.add(word);
  }
  expect([...used].filter((word) => !(word in zh))).toEqual([]);
  const built = /^(tier|kind|role|notice|refused|residency|purpose|did|share|service|link|because|note|duty|mode|outcome|reason|misfit|label|method|means|course|nothing|size|by|leftout|badstreets|setting)_/;
  expect(Object.keys(zh).filter((word) => !used.has(word) && !built.test(word))).toEqual([]);
});

test("the map room alone imports the map library, the API room alone fetches, and no data becomes markup", () => {
  for (const { name, text } of sources) {
    const inMapRoom = name.startsWith("map/") || name.startsWith("map\\");
    if (!inMapRoom) expect(/from "[^"]*vendor\/(maplibre|terra-draw)/.test(text), name).toBe(false);
    if (name !== "api.js") expect(/\bfetch\(/.test(text), name).toBe(false);
    expect(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/.test(text), name).toBe(false);
  }
  expect(/\sstyle="|\son\w+="|<script(?![^>]*\ssrc=)/.test(html)).toBe(false);
});

test("no own source names another host", () => {
  for (const { name, text } of [...sources, { name: "index.html", text: html }, { name: "app.css", text: readFileSync(`${web}app.css`, "utf8") }]) {
    const hosts = [...text.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([url]) => url).filter((url) => url !== "http://www.w3.org/2000/svg");
    expect(hosts, name).toEqual([]);
  }
});
