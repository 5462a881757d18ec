// The world of a flow: the real binary on a free port with a throw-away data folder, and a page that notices every complaint.
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect } from "@playwright/test";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export { expect };

const WAIT_MS = 120_000;

/** Starts `sanshi demo`, or another command that serves, and reads the address, the tokens and the code of the first start that it prints. */
async function startServer([command, ...more], withKey) {
  const binary = process.env.SANSHI_BIN;
  if (!binary) throw new Error("SANSHI_BIN must name the sanshi binary");
  const data = mkdtempSync(join(tmpdir(), "sanshi-browser-"));
  if (withKey) execFileSync(binary, ["key", "make", "--data", data]);
  const child = spawn(binary, [command, "--data", data, "--listen", "127.0.0.1:0", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "", complained = "";
  child.stderr.on("data", (bytes) => { complained += bytes; });
  const stop = () => new Promise((done) => {
    const clean = () => { rmSync(data, { recursive: true, force: true }); done(); };
    if (child.exitCode !== null) return clean();
    child.once("exit", clean);
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
  });
  try {
    const url = await new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error(`no address within ${WAIT_MS} ms: ${said} ${complained}`)), WAIT_MS);
      child.once("exit", (code) => fail(new Error(`the binary ended with ${code}: ${complained}`)));
      child.stdout.on("data", (bytes) => {
        said += bytes;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
        if (!found) return;
        clearTimeout(late);
        setTimeout(() => done(found[0]), 300); // the lines with the tokens follow the address
      });
    });
    const tokens = Object.fromEntries([...said.matchAll(/^\s*(\w+)\s+(sanshi_\S+)/gm)].map(([, role, token]) => [role, token]));
    const firstCode = () => /\b([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})\b/.exec(complained)?.[1] ?? "";
    return { url, tokens, token: tokens.officer ?? "", firstCode, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const test = base.extend({
  /** What `sanshi demo` is told beside its folder and port. */
  serverArguments: [[], { option: true, scope: "worker" }],

  /** The command that serves. Pictures are brought in only for the flows that look at them: in a debug build they take minutes of work. */
  serverCommand: [["demo", "--without-pictures"], { option: true, scope: "worker" }],

  /** Whether the site is given a key before it starts; the demo has one. */
  withKey: [false, { option: true, scope: "worker" }],

  server: [async ({ serverArguments, serverCommand, withKey }, use) => {
    const server = await startServer([...serverCommand, ...serverArguments], withKey);
    await use(server);
    await server.stop();
  }, { scope: "worker", timeout: WAIT_MS + 20_000 }],

  baseURL: async ({ server }, use) => use(server.url),

  /** What a test expects to be complained about, as a pattern; everything else fails it. */
  allowed: [null, { option: true }],

  page: async ({ page, server, allowed }, use) => {
    const complaints = [];
    const note = (text) => { if (!allowed?.test(text)) complaints.push(text); };
    page.on("console", (message) => { if (message.type() === "error") note(`console: ${message.text()}`); });
    page.on("pageerror", (error) => note(`page: ${error.message}`));
    page.on("request", (request) => { if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== server.url) note(`foreign: ${request.url()}`); });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`));
    });
    await use(page);
    expect(complaints).toEqual([]);
  },
});

/** Opens the page and waits until the map is drawn. */
export async function open(page, hash = "") {
  await page.goto(`/?test=1${hash}`);
  await settled(page);
}

/** Waits until the map stands still with all its tiles, and nothing is being asked. */
export async function settled(page) {
  await page.waitForFunction(() => {
    const map = window.__map;
    return map && map.loaded() && map.areTilesLoaded() && !map.isMoving() && document.body.classList.contains("ready") && !document.body.classList.contains("loading");
  });
  await page.waitForTimeout(400); // debounced questions start after at most 250 ms
  await page.waitForFunction(() => !document.body.classList.contains("loading") && window.__map.loaded());
}

/** How many houses of a tier the map draws. */
export const drawn = (page, tier) => page.evaluate((tier) => {
  const found = window.__map.queryRenderedFeatures({ layers: ["houses", "none"], filter: ["==", ["get", "tier"], tier] });
  return new Set(found.map((feature) => feature.properties.code)).size;
}, tier);

/** How many pixels of the map have this colour, within 6 of each channel. */
export const pixels = (page, colour) => page.evaluate((colour) => new Promise((done) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  window.__map.once("render", () => {
    const canvas = window.__map.getCanvas();
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i] - r) < 7 && Math.abs(data[i + 1] - g) < 7 && Math.abs(data[i + 2] - b) < 7) count += 1;
    done(count);
  });
  window.__map.triggerRepaint();
}), colour);

/** Signs a page in before it is opened. */
export const signIn = (page, token) => page.addInitScript((token) => sessionStorage.setItem("sanshi.token", token), token);

/** Asks the server the way the page does; with a token as its bearer. */
export async function ask(request, path, body, token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const maxRetries = 2; // a kept connection may be ended by the server just when it is used again
  const answer = body ? await request.post(path, { data: body, headers, maxRetries }) : await request.get(path, { headers, maxRetries });
  expect(answer.ok(), `${path}: ${answer.status()}`).toBe(true);
  return answer.json();
}

/** What axe calls serious or critical. */
export async function grave(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
}

/** The count the legend shows for a tier. */
export const counted = async (page, tier) => Number((await page.locator(`#legend [data-tier="${tier}"] .count`).textContent()).replace(/\D/g, ""));

/** The number the area's result shows for a tier; 0 when it has no line. */
export async function countedInArea(page, tier) {
  const line = page.locator(`#area-result [data-tier="${tier}"] dd`);
  return (await line.count()) ? Number((await line.textContent()).replace(/\D/g, "")) : 0;
}

/** The drawn area, read back from the page's address by the page's own decoder. */
export const areaOf = (page) => page.evaluate(async () => (await import("/js/hash.js")).read(location.hash).area);

/** A picture for people to look at. */
export const shoot = (page, name) => page.screenshot({ path: `pictures/${name}.png` });
