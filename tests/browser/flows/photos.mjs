// Photos of houses: taken in the field over a bad line, brought in at the desk, put right on the map, missing ones found, and the way from
// a photo to its house and to the people there.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { ask, expect, grave, open, settled, shoot, signIn, test } from "../sanshi.mjs";

const DAY = "2010-10-31";
const WORLD = { type: "Polygon", coordinates: [[[60, -60], [160, -60], [160, 80], [60, 80], [60, -60]]] };

/** A made-up picture as a PNG: noise under a seed, so that every seed is another photo and its size is known. */
function picture(seed, width = 320, height = 240) {
  let state = seed * 2654435761 + 1;
  const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width * 3; x++) rows[y * (width * 3 + 1) + 1 + x] = random();
  const crcs = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; return c >>> 0; });
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    let crc = 0xffffffff;
    for (const byte of body) crc = crcs[(crc ^ byte) & 255] ^ (crc >>> 8);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}

const file = (seed, size) => ({ name: `house-${seed}.png`, mimeType: "image/png", buffer: picture(seed, size) });
const hashOf = ({ buffer }) => createHash("sha256").update(buffer).digest("hex");

async function houses(request, server) {
  const { features } = await ask(request, `/api/areas/houses?date=${DAY}&limit=60&kind=rental`, WORLD, server.token);
  return features.map(({ properties, geometry }) => ({ ...properties, at: geometry.coordinates }));
}

/** What the server holds of these files. */
const held = async (request, server, files) => (await ask(request, "/api/photos/verified", { hashes: files.map(hashOf) }, server.token)).photos;

test.describe("on a phone in the field", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, allowed: /ERR_|Failed to (load|fetch)|status of/ });

  test("photos survive a cut line and a closed tab, and are forgotten only when stored and verified", async ({ page, context, request, server }) => {
    await signIn(page, server.tokens.assistant);
    await open(page, "#page=field");
    await expect(page.locator("#field-camera")).toHaveAttribute("capture", "environment");
    const taken = [file(1, 900), file(2, 900), file(3, 300)];

    // The line is cut after the first part of the first photo.
    let parts = 0;
    await context.route("**/api/photos/uploads/*", (route) => (route.request().method() === "PATCH" && ++parts > 1 ? route.abort("connectionreset") : route.continue()));
    await page.locator("#field-gallery").setInputFiles(taken);
    await expect(page.locator(".queued")).toHaveCount(3);
    await expect(page.locator(".queue-line")).toContainText("保存在本机");
    await expect(page.locator("#queue-count")).toHaveText("3 张中 0 张已存好并核对");
    expect((await held(request, server, taken)).filter((one) => one.verified)).toHaveLength(0);
    await shoot(page, "photos-1-phone-cut");
    await context.setOffline(true);
    await page.close();

    // The tab is opened again without a line to the uploads, then the line comes back: it goes on where it was.
    await context.setOffline(false);
    const again = await context.newPage();
    await signIn(again, server.tokens.assistant);
    await open(again, "#page=field");
    await expect(again.locator(".queued")).toHaveCount(3);
    /** Of each upload the offset of the first part that is sent now. @type {Map<string, number>} */
    const offsets = new Map();
    await context.unroute("**/api/photos/uploads/*");
    again.on("request", (asked) => { if (asked.method() === "PATCH" && !offsets.has(asked.url())) offsets.set(asked.url(), Number(asked.headers()["upload-offset"])); });
    await again.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(again.locator("#queue-count")).toHaveText("3 张中 3 张已存好并核对");
    expect(Math.max(...offsets.values()), "the part that came is not sent again").toBeGreaterThan(0);
    expect((await held(request, server, taken)).map((one) => one.verified)).toEqual([true, true, true]);
    expect(await again.evaluate(() => new Promise((done) => {
      const opening = indexedDB.open("sanshi.photos", 1);
      opening.onsuccess = () => { const count = opening.result.transaction("files").objectStore("files").count(); count.onsuccess = () => done(count.result); };
    })), "the bytes are gone from the device").toBe(0);
    expect(await grave(again)).toEqual([]);
    for (const button of await again.locator("#photo-work button:visible, #photo-work label.button:visible").all()) {
      if (!await button.evaluate((node) => node.matches(".photo-open"))) expect((await button.boundingBox()).height, await button.textContent()).toBeGreaterThanOrEqual(43);
    }
    await shoot(again, "photos-2-phone-stored");
  });

  test("the queue belongs to the account that made it, and a file that is no picture is refused with the reason", async ({ page, server, request }) => {
    const [house] = await houses(request, server);
    await signIn(page, server.tokens.assistant);
    await open(page, "#page=field");
    await page.route("**/api/photos/**", (route) => route.abort());
    await page.locator("#field-camera").setInputFiles(file(11));
    await expect(page.locator(".queued")).toHaveCount(1);
    await page.addInitScript((token) => sessionStorage.setItem("sanshi.token", token), server.tokens.officer);
    await page.reload();
    await settled(page);
    await expect(page.locator(".queued")).toHaveCount(0);
    await expect(page.locator(".queue-line")).toContainText("其他账号的 1 张");
    await page.unroute("**/api/photos/**");
    await page.locator("#field-gallery").setInputFiles([{ name: "broken.jpg", mimeType: "image/jpeg", buffer: Buffer.from("not a picture at all") }]);
    await expect(page.locator(".queued.refused")).toContainText("未被接收");
    await page.locator(".queued.refused").getByRole("button", { name: "丢弃" }).tap();
    await expect(page.locator(".queued")).toHaveCount(0);
    expect(house.code).toBeTruthy();
  });

  test("a photo that the server fails over keeps nobody back: the others arrive, it is told and can be saved, and it goes when it can", async ({ page, request, server }) => {
    const taken = [file(81), file(82), file(83)];
    const [poisoned] = taken.map(hashOf);
    await signIn(page, server.tokens.assistant);
    await open(page, "#page=field");
    let asked = 0;
    await page.route("**/api/photos/verified", (route) => (route.request().postData()?.includes(poisoned) && ++asked
      ? route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ code: "internal", title: "Something broke", title_zh: "出了故障", status: 500 }) }) : route.continue()));
    await page.locator("#field-gallery").setInputFiles(taken);
    await expect(page.locator("#queue-count")).toHaveText("3 张中 2 张已存好并核对");
    expect((await held(request, server, taken)).map((one) => one.verified)).toEqual([false, true, true]);
    const line = page.locator(".queued.failing");
    await expect(line).toContainText("出了故障", { timeout: 30_000 });
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(await grave(page)).toEqual([]);
    await shoot(page, "photos-2b-phone-failing");
    const [saved] = await Promise.all([page.waitForEvent("download"), line.getByRole("button", { name: "存为文件" }).tap()]);
    expect(hashOf({ buffer: readFileSync(await saved.path()) })).toBe(poisoned);
    await page.unroute("**/api/photos/verified");
    await line.getByRole("button", { name: "重试" }).tap();
    await expect(page.locator("#queue-count")).toHaveText("3 张中 3 张已存好并核对");
    await expect(page.locator(".queued.failing")).toHaveCount(0);
  });

  test("where the device is suggests the house, and the officer chooses another on the map", async ({ page, context, request, server }) => {
    const [first, other] = await houses(request, server);
    await context.grantPermissions(["geolocation"]);
    await context.setGeolocation({ longitude: first.at[0], latitude: first.at[1], accuracy: 6 });
    await signIn(page, server.tokens.assistant);
    await open(page, "#page=field");
    await expect(page.locator(".near-house").first()).toBeVisible();
    await page.locator("#field-camera").setInputFiles(file(21));
    await expect(page.locator("#queue-count")).toContainText("1 张已存好");
    const [{ id }] = await held(request, server, [file(21)]);
    const photo = await ask(request, `/api/photos/${id}`, undefined, server.token);
    expect(photo.lon).toBeCloseTo(first.at[0], 5);
    expect(photo.taken).not.toBeNull();
    // Another house by the search box, while the map waits for a choice.
    await page.locator(".queued .photo-open").tap();
    await page.locator("#photo-pick").tap();
    await expect(page.locator("#pick")).toBeVisible();
    await page.locator("#search").fill(other.code);
    await page.locator("#found li").first().tap();
    await expect(page.locator("#photo-link")).toContainText("人工归户");
    await expect(page.locator("#photo-house")).toContainText(other.code);
    expect(await grave(page)).toEqual([]);
    await shoot(page, "photos-3-phone-corrected");
  });
});

test.describe("at the desk", () => {
  test.use({ allowed: /status of (404|409|422)/ });

  test("many files at once belong to the open house, each is said to be stored, and two days stand side by side", async ({ page, request, server }) => {
    const house = (await houses(request, server))[5];
    await signIn(page, server.token);
    await open(page, `#sel=${house.code}&day=${DAY}`);
    const before = await page.locator("#photos .photo-days .photo-open").count();
    const files = [file(31), file(32), file(33)];
    await page.locator("#photo-files").setInputFiles(files);
    await expect(page.locator("#queue-count")).toHaveText("3 张中 3 张已存好并核对");
    await expect(page.locator("#photos .photo-days .photo-open")).toHaveCount(before + 3);
    // Dropped, from another day.
    const old = file(34);
    await request.post(`/api/photos?house=${house.code}&taken=2009-03-01T10:00:00`, { data: old.buffer, headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "image/png" } });
    await page.reload();
    await settled(page);
    await page.locator("#before-after").click();
    await expect(page.locator("#pair .thumb img")).toHaveCount(2);
    expect(await page.locator("#pair-before").inputValue()).not.toBe(await page.locator("#pair-after").inputValue());
    expect(await grave(page)).toEqual([]);
    await shoot(page, "photos-4-pair");
    await page.keyboard.press("Escape");
    const bytes = [...file(35).buffer];
    await page.locator("#photo-drop").evaluate((zone, bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
      zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, bytes);
    await expect(page.locator("#photos .photo-days .photo-open")).toHaveCount(before + 5);
    // The same file again is the same photo.
    await page.locator("#photo-files").setInputFiles(files[0]);
    await expect(page.locator('.queued[data-state="stored"]')).toHaveCount(5);
    await expect(page.locator("#photos .photo-days .photo-open")).toHaveCount(before + 5);
  });

  test("the same picture in another file is taken, with a warning", async ({ page, request, server }) => {
    const house = (await houses(request, server))[7];
    const headers = { Authorization: `Bearer ${server.token}` };
    const { id } = await (await request.post(`/api/photos?house=${house.code}`, { data: picture(71), headers: { ...headers, "Content-Type": "image/png" } })).json();
    const served = await (await request.get(`/api/photos/${id}/full`, { headers })).body();
    await signIn(page, server.token);
    await open(page, `#sel=${house.code}&day=${DAY}`);
    await page.locator("#photo-files").setInputFiles([{ name: "again.jpg", mimeType: "image/jpeg", buffer: served }]);
    await expect(page.locator(".queued.stored")).toContainText("几乎相同");
    await page.locator(".queued .photo-open").click();
    await page.locator("#alike .photo-open").first().click();
    await expect.poll(() => page.url()).toContain(`photo=${id}`);
    await page.keyboard.press("Escape");
    await expect(page.locator("#card .face")).toBeVisible();
  });

  test("a photo to be placed is put right on the map, taken away again and deleted with a reason", async ({ page, request, server }) => {
    const [house] = await houses(request, server);
    const sent = await request.post("/api/photos", { data: picture(41), headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "image/png" } });
    const { id } = await sent.json();
    await signIn(page, server.token);
    await open(page, `#page=photos&photo=${id}&at=17.5/${house.at[1]}/${house.at[0]}`);
    await expect(page.locator("#photo-link")).toContainText("未归户");
    await page.locator("#photo-pick").click();
    const spot = await page.evaluate((at) => { const { x, y } = window.__map.project(at); const box = window.__map.getCanvas().getBoundingClientRect(); return { x: box.x + x, y: box.y + y }; }, house.at);
    await page.mouse.click(spot.x, spot.y);
    await expect(page.locator("#photo-house")).toContainText(house.code);
    expect((await ask(request, `/api/photos/${id}`, undefined, server.token)).link).toBe("placed_by_hand");
    await page.locator("#photo-enlarge").click();
    await expect(page.locator("#lightbox img")).toBeVisible();
    await page.keyboard.press("Escape");
    await page.locator("#photo-unlink").click();
    await expect(page.locator("#photo-link")).toContainText("未归户");
    await page.locator("#photo-delete").click();
    await page.locator("#photo-reason").fill("拍错了");
    await page.locator("#photo-delete-form [type=submit]").click();
    await expect(page.locator("#photo")).toBeHidden();
    expect((await request.get(`/api/photos/${id}`, { headers: { Authorization: `Bearer ${server.token}` } })).status()).toBe(404);
  });

  test("from a photo to its house, to the person there, and to that person's other houses", async ({ page, request, server }) => {
    const [house] = await houses(request, server);
    const sent = await request.post(`/api/photos?house=${house.code}`, { data: picture(51), headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "image/png" } });
    const { id } = await sent.json();
    await signIn(page, server.token);
    await open(page, `#photo=${id}&day=${DAY}`);
    await page.locator("#photo-house").click();
    await expect(page.locator("#card .code").first()).toHaveText(house.code);
    await expect(page.locator(`#photos [data-id="${id}"]`)).toBeVisible();
    await expect(page.locator("#units")).toBeVisible();
    const { residents } = await ask(request, `/api/houses/${house.code}/residents?date=${DAY}`, undefined, server.token);
    const tenant = residents.find((one) => one.registration === "temporary");
    const person = await ask(request, `/api/persons/${tenant.person}/reveal`, { purpose: "visit" }, server.token);
    // The number goes into no address: not by typing it, not by looking.
    const addresses = [];
    page.on("request", (asked) => addresses.push(asked.url()));
    await page.locator("#search").fill(person.id_number);
    await expect(page.locator("#found li").first()).toContainText("身份证号");
    await page.keyboard.press("Enter");
    await page.locator("#find-purpose").selectOption("visit");
    await page.locator("#find [type=submit]").click();
    await expect(page.locator("#find .stays")).toContainText(house.code);
    expect(await grave(page)).toEqual([]);
    await page.locator("#find .stays button").first().click();
    await expect(page.locator("#find")).toHaveCount(0);
    await expect(page.locator("#card .face")).toBeVisible();
    expect(addresses.filter((url) => url.includes(person.id_number))).toEqual([]);
    expect(await page.content()).not.toContain(person.id_number);
    expect(await page.locator("#search").inputValue()).not.toContain(person.id_number);
  });

  test("an assessment names the photos it rests on", async ({ page, request, server }) => {
    const house = (await houses(request, server))[3];
    await request.post(`/api/photos?house=${house.code}`, { data: picture(61), headers: { Authorization: `Bearer ${server.token}`, "Content-Type": "image/png" } });
    await signIn(page, server.token);
    await open(page, `#sel=${house.code}&day=${DAY}`);
    await page.locator("#record-open").click();
    await page.locator('#record input[name="sanitation"][value="good"] + span').click();
    await page.locator('#record input[name="photos"]').first().check();
    await page.locator("#record [type=submit]").click();
    await expect(page.locator("#record")).toHaveCount(0);
    await expect(page.locator("#card .rests-on .photo-open")).toHaveCount(1);
  });

  test("houses without a photo are counted by area, listed and marked on the map", async ({ page, request, server }) => {
    await signIn(page, server.token);
    await open(page, "#page=coverage");
    await page.locator("#coverage-days").selectOption("");
    const said = await ask(request, "/api/photos/coverage", undefined, server.token);
    await expect(page.locator("#coverage-areas tbody tr")).toHaveCount(said.areas.length);
    await expect(page.locator("#coverage-list .bare-houses li").first()).toBeVisible();
    await expect.poll(() => page.evaluate(() => window.__map.queryRenderedFeatures({ layers: ["bare"] }).length)).toBeGreaterThan(0);
    expect(await grave(page)).toEqual([]);
    await shoot(page, "photos-5-coverage");
    await page.locator("#coverage-list .task").first().click();
    await expect(page.locator("#card .face")).toBeVisible();
  });
});

test("photos are nobody's but the staff's", async ({ page, request, server }) => {
  const [house] = await houses(request, server);
  await open(page, `#sel=${house.code}&day=${DAY}&page=photos`);
  await expect(page.locator("#card .face")).toBeVisible();
  await expect(page.locator("#photos, #photos-open:visible, #photo-work:visible")).toHaveCount(0);
});

test("a browser without its own SHA-256 computes the same", async ({ page }) => {
  await open(page);
  const sizes = [0, 55, 56, 64, 1000, 100_003];
  const computed = await page.evaluate(async (sizes) => {
    const { plainSha256 } = await import("/js/sha256.js");
    return sizes.map((size) => plainSha256(Uint8Array.from({ length: size }, (_, i) => (i * 31) & 255)));
  }, sizes);
  expect(computed).toEqual(sizes.map((size) => createHash("sha256").update(Uint8Array.from({ length: size }, (_, i) => (i * 31) & 255)).digest("hex")));
});
