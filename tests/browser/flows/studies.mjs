// Studies: the pencil and its counts, a question and its card, clusters on list and map, a round from one, and the honest ledger.
import { ask, expect, grave, open, settled, shoot, signIn, test } from "../sanshi.mjs";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const AUTUMN = "#day=2009-10-31";

/** Opens a new study on the page. */
async function study(page, token, hash = AUTUMN) {
  await signIn(page, token);
  await open(page, `${hash}&page=studies`);
  await page.locator("#study-new").click();
  await page.locator("#study-name").fill("东片");
  await page.locator("#new-study [type=submit]").click();
  await expect(page.locator("#question")).toBeVisible();
}

const kind = (page, name) => page.locator(`label:has(#kind-${name})`).click();

/** Asks, and waits for the card. */
async function answer(page, number) {
  await page.locator("#ask").click();
  await expect(page.locator("#result-head")).toHaveText(new RegExp(`^${number}\\.`), { timeout: 60_000 });
}

/** Draws a box about the middle of the map, a share of its sides wide. */
async function draw(page, [dx, dy] = [0, 0], before = async () => {}) {
  const box = await page.locator("#map").boundingBox();
  const [x, y] = [box.x + box.width * (0.5 + dx), box.y + box.height * (0.45 + dy)];
  await page.locator("#study-draw").click();
  for (const [sx, sy] of [[-0.15, -0.15], [0.15, -0.15], [0.15, 0.15], [-0.15, 0.15]]) {
    await page.mouse.move(x + box.width * sx, y + box.height * sy, { steps: 3 });
    await page.waitForTimeout(150);
    await page.mouse.click(x + box.width * sx, y + box.height * sy);
    await page.waitForTimeout(250);
  }
  await before();
  await page.keyboard.press("Enter");
  await settled(page);
}

/** A file that a button gives, with its suggested name. A PDF comes as a file where a new tab is refused. */
async function taken(page, button) {
  await page.evaluate(() => { window.open = () => null; });
  const coming = page.waitForEvent("download");
  await page.locator(button).click();
  const file = await coming;
  return { name: file.suggestedFilename(), path: await file.path() };
}

/** The text of a PDF in one line without spaces; `null` where there is no program to read it. */
function textOf(path) {
  const bytes = readFileSync(path);
  expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
  return existsSync("/usr/bin/pdftotext") ? execFileSync("pdftotext", ["-raw", path, "-"]).toString().replace(/\s+/g, "") : null;
}

const groups = (page, what) => page.evaluate((what) => window.__map.querySourceFeatures("groups").filter(({ properties }) => properties.what === what).map(({ properties }) => properties), what);

test("the counts follow the pencil, without any p; a question gives a card whose words are the server's", async ({ page, request, server }) => {
  await study(page, server.token);
  await draw(page, [0, 0], async () => {
    await expect(page.locator("#pencil-count .figure").first()).toBeVisible(); // while the shape is not finished
    await expect(page.locator("#pencil-count")).not.toContainText(/p\s*[<0-9]/);
  });
  await expect(page.locator(".asked")).toHaveCount(0);
  await answer(page, 1);
  const id = new URL(page.url()).hash.match(/study=(\w+)/)[1];
  const card = await ask(request, `/api/studies/${id}/questions/1`, undefined, server.token);
  await expect(page.locator("#result-sentence")).toHaveText(card.sentence.zh);
  await expect(page.locator(".finding b")).toHaveText(card.is_significant ? "若区域是事先定下的，偶然不能解释" : "偶然即可解释：没有发现");
  await expect(page.locator("#asked-so-far")).toContainText("1");
  expect(await grave(page)).toEqual([]);
  await shoot(page, "studies-area");
});

test("a scan names clusters; list and map choose each other, and a cluster becomes a round in one step", async ({ page, server }) => {
  await study(page, server.token);
  await kind(page, "scan");
  await answer(page, 1);
  await expect(page.locator(".finding.found")).toBeVisible();
  await expect(page.locator("#group-1")).toHaveAttribute("aria-expanded", "true");
  await settled(page);
  const houses = await groups(page, "house");
  expect(houses.length).toBeGreaterThan(20);
  expect(new Set(houses.map(({ certainty }) => Math.round(certainty * 10))).size, "the border is soft").toBeGreaterThan(2);
  await page.locator("#group-1").click();
  await expect(page.locator("#group-1")).toHaveAttribute("aria-expanded", "false");
  await settled(page);
  const badge = await page.evaluate(() => {
    const [found] = window.__map.queryRenderedFeatures({ layers: ["group-badge"] });
    const at = window.__map.project(found.geometry.coordinates);
    const box = window.__map.getContainer().getBoundingClientRect();
    return { x: box.x + at.x, y: box.y + at.y };
  });
  await page.mouse.click(badge.x, badge.y);
  await expect(page.locator("#group-1")).toHaveAttribute("aria-expanded", "true");
  await expect(page.locator("#group-1")).toBeFocused();
  await shoot(page, "studies-scan");
  const count = Number((await page.locator("#group-round").textContent()).replace(/\D/g, ""));
  await page.locator("#group-round").click();
  await expect(page.locator("#rounds")).toBeVisible();
  await expect(page.locator("#rounds form")).toContainText(String(count));
});

test("a card goes along as PDF, CSV and GeoJSON, each with what it says", async ({ page, request, server }) => {
  await study(page, server.token);
  await kind(page, "scan");
  await answer(page, 1);
  const id = new URL(page.url()).hash.match(/study=(\w+)/)[1];
  const card = await ask(request, `/api/studies/${id}/questions/1`, undefined, server.token);
  const [group] = card.groups;
  expect(group.interval, "of a place chosen because it is extreme there is none").toBeUndefined();

  const pdf = await taken(page, "#card-pdf");
  expect(pdf.name).toMatch(/1-2009-10-31\.pdf$/);
  const text = textOf(pdf.path);
  if (text !== null) {
    const said = (words) => expect(text).toContain(words.replace(/\s+/g, ""));
    said(card.sentence.zh);
    said(card.sentence.en);
    said(`${card.houses} / ${card.red}`);
    said(`${group.houses} / ${group.red}`);
    said(card.data_hash.slice(0, 16));
  }

  const csv = await taken(page, "#card-csv");
  expect(csv.name).toMatch(/\.csv$/);
  const lines = readFileSync(csv.path, "utf8").trimEnd().split("\r\n");
  expect(lines[0]).toBe("\uFEFFhouse_code,lon,lat,tier,group,certainty,z,p,p_fdr,question,is_test,is_significant,questions_so_far");
  const inGroup = lines.slice(1).map((line) => line.split(",")).filter((cells) => cells[4] === "1");
  expect(inGroup.length).toBeGreaterThanOrEqual(group.houses); // the border's uncertain ones stand there too
  expect(inGroup.filter((cells) => cells[3] === "red").length).toBeGreaterThanOrEqual(group.red);

  const geojson = await taken(page, "#card-geojson");
  expect(geojson.name).toMatch(/\.geojson$/);
  const places = JSON.parse(readFileSync(geojson.path, "utf8"));
  expect([places.type, places.features.length, places.is_significant, places.questions_so_far]).toEqual(["FeatureCollection", lines.length - 1, true, 1]);
  expect(places.sentence).toEqual(card.sentence);
  const [west, south, east, north] = (await ask(request, "/api/site")).bounds;
  for (const { geometry: { type, coordinates: [lon, lat] } } of places.features) expect(type === "Point" && lon >= west && lon <= east && lat >= south && lat <= north).toBe(true);
});

test("an area is watched over the months, and stands before and after as the day moves", async ({ page, request, server }) => {
  await study(page, server.token);
  await kind(page, "scan");
  await answer(page, 1);
  const red = async () => Number((await page.locator("#area-result [data-tier=red] dd").textContent()).replace(/\D/g, ""));
  await page.locator("#group-watch").click();
  await expect(page.locator("#trend-head")).toBeFocused();
  await expect(page.locator("#trend-scope")).toHaveText("区域内");
  await expect(page.locator("#trend canvas")).toBeVisible();
  await settled(page);
  const area = await page.evaluate(async () => (await import("/js/hash.js")).read(location.hash).area);
  const trend = await request.post("/api/areas/trend?from=2009-10-01&to=2010-10-01", { data: area, headers: { Authorization: `Bearer ${server.token}` } });
  const { by_tier: { red: reds } } = await trend.json();
  expect(reds[0], "the cluster was worse at the beginning").toBeGreaterThan(reds[reds.length - 1]);
  await shoot(page, "studies-watch");
  const before = await red();
  const asked = await groups(page, "house");
  await page.locator("#day-room input[type=date]").fill("2010-10-31");
  await settled(page);
  const after = await red();
  expect(after).toBeLessThan(before);
  // The card is of its own day and says so; its houses stay marked, to be seen as they stand now.
  await expect(page.locator(".other-day")).toContainText("2009年10月31日");
  expect((await groups(page, "house")).length).toBe(asked.length);
  await page.locator("#day-room input[type=date]").fill("2009-10-31");
  await settled(page);
  expect(await red()).toBe(before);
  await expect(page.locator(".other-day")).toHaveCount(0);
});

test("who asks in another study is told that nothing corrects for it", async ({ page, request, server }) => {
  const { id } = await ask(request, "/api/studies", { name: "西片" }, server.token);
  await ask(request, `/api/studies/${id}/questions`, { date: "2009-10-31", ask: { method: "joins" } }, server.token);
  await study(page, server.token);
  await expect(page.locator("#asked-elsewhere")).toHaveCount(0);
  await kind(page, "near");
  await answer(page, 1);
  await expect(page.locator("#asked-elsewhere")).toContainText(/\d/);
});

test("a long scan can be cancelled: it was not asked, and the page goes on", async ({ page, server }) => {
  await study(page, server.token);
  await kind(page, "scan");
  await page.locator("#question .settings summary").click();
  await page.locator("#q-replicates").fill("9999");
  await page.locator("#ask").click();
  await expect(page.locator("#ask-cancel")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#ask-cancel")).toHaveCount(0);
  await expect(page.locator("#ask")).toBeEnabled();
  await page.reload();
  await settled(page);
  await expect(page.locator("#question")).toBeVisible();
  await expect(page.locator(".asked")).toHaveCount(0);
});

test("two areas are compared; each question makes the others dearer; a card worked out anew is the same to the byte", async ({ page, server }) => {
  await study(page, server.token);
  await draw(page, [0.2, 0.1]);
  await page.locator("#keep-area").click();
  await draw(page, [-0.2, 0]);
  await expect(page.locator("#pencil-count")).toContainText("留下的区域");
  await answer(page, 1);
  await expect(page.locator(".groups")).toContainText("留下的区域");
  await kind(page, "near");
  await page.locator("#q-near").selectOption("joins");
  await answer(page, 2);
  await expect(page.locator(".asked")).toHaveCount(2);
  await page.locator("#asked-1").click();
  await expect(page.locator("#result-head")).toHaveText(/^1\./);
  await expect(page.locator(".chances")).toContainText("至今按 2 个问题");
  await page.locator("#card-again").click();
  await expect(page.locator("#again-said")).toContainText("完全相同");
});

test("exploration says that it is none of a finding, and leads to the test in one click; another day asks anew and counts", async ({ page, server }) => {
  await study(page, server.token);
  await kind(page, "explore");
  await answer(page, 1);
  await expect(page.locator(".finding")).toHaveText("探索，未作检验");
  await expect(page.locator(".chances")).toHaveCount(0);
  await expect(page.locator("#asked-so-far")).toContainText("0");
  await page.locator("#to-test").click();
  await expect(page.locator("#kind-scan")).toBeChecked();
  await answer(page, 2);
  await page.locator("#day-room input[type=date]").fill("2010-10-31");
  await expect(page.locator("#ask-this-day")).toBeVisible();
  await page.locator("#ask-this-day").click();
  await expect(page.locator("#result-head")).toHaveText(/^3\./, { timeout: 60_000 });
  await expect(page.locator("#asked-so-far")).toContainText("2");
});

test("places denser than around are looked for by their own settings, as exploration, and lead to the test", async ({ page, server }) => {
  await study(page, server.token);
  await kind(page, "explore");
  await expect(page.locator("#q-eps_m")).toBeVisible();
  await page.locator("#q-explore").selectOption("hdbscan");
  await expect(page.locator("#q-eps_m")).toHaveCount(0);
  await expect(page.locator("#question .explore-tag")).toContainText("未检验");
  await page.locator("#q-min_cluster").fill("4");
  await page.locator("#q-min_points").fill("3");
  await shoot(page, "studies-hdbscan-asked");
  await answer(page, 1);
  await expect(page.locator("#result-head")).toContainText("HDBSCAN");
  await expect(page.locator(".finding")).toHaveText("探索，未作检验");
  await expect(page.locator("#result-sentence")).toContainText("比周围更密");
  await expect(page.locator(".chances")).toHaveCount(0);
  await expect(page.locator("#asked-so-far")).toContainText("0");
  expect(await grave(page)).toEqual([]);
  await shoot(page, "studies-hdbscan");
  await page.locator("#to-test").click();
  await expect(page.locator("#kind-scan")).toBeChecked();
});

test.describe("who may not analyse", () => {
  test("reads cards with small counts held back, and asks nothing", async ({ page, request, server }) => {
    const { id } = await ask(request, "/api/studies", { name: "东片" }, server.token);
    await ask(request, `/api/studies/${id}/questions`, { date: "2010-10-31", ask: { method: "dbscan", eps_m: 100, min_points: 3 } }, server.token);
    await signIn(page, server.tokens.auditor);
    await open(page, `#day=2010-10-31&page=studies&study=${id}`);
    await expect(page.locator("#question")).toHaveCount(0);
    await page.locator("#asked-1").click();
    await expect(page.locator("#result")).toContainText("数量较小");
    await expect(page.locator(".group-houses, #card-csv, #card-geojson")).toHaveCount(0);
    expect(await groups(page, "house")).toEqual([]);
    const card = await ask(request, `/api/studies/${id}/questions/1`, undefined, server.token);
    const text = textOf((await taken(page, "#card-pdf")).path);
    if (text !== null) {
      expect(card.groups.length).toBeGreaterThan(1);
      expect(text.match(/不予显示/g)).toHaveLength(card.groups.length);
    }
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("the drawn area is asked about from the sheet, and nothing is wider than the screen", async ({ page, server }) => {
    await study(page, server.token);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.locator("#tabs-phone button").nth(1).click();
    await page.locator("#area-keys summary").click();
    await page.locator("#area-view").click();
    await page.locator("#tabs-phone button").first().click();
    await answer(page, 1);
    await expect(page.locator("#result-sentence")).toBeVisible();
    expect(await grave(page)).toEqual([]);
    const small = await page.locator("#studies button:visible").evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.id || one.textContent));
    expect(small).toEqual([]);
    await shoot(page, "studies-phone");
  });
});
