// The page of yearly figures: the report's, for staff and the public; by keyboard, on a phone, on paper and as a workbook.
import { ask, expect, grave, open, settled, shoot, signIn, test } from "../sanshi.mjs";
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

const YEAR = { from: "2009-10-31", to: "2010-10-31" };

/** The parts of a zip file by name. */
function unzip(bytes) {
  const parts = {};
  let at = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  while (at >= 0 && bytes.readUInt32LE(at) === 0x02014b50) {
    const [method, size, name, extra, comment, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(begin, begin + size);
    parts[bytes.toString("utf8", at + 46, at + 46 + name)] = (method ? inflateRawSync(packed) : packed).toString("utf8");
    at += 46 + name + extra + comment;
  }
  return parts;
}

const row = (page, part, name) => page.locator("#statistics .part", { hasText: part }).locator("tr", { has: page.locator("th", { hasText: name }) }).first();

test("staff read the report's figures, with the year before", async ({ page, server }) => {
  await signIn(page, server.token);
  await open(page, "#day=2010-10-31");
  await page.locator("#statistics-open").click();
  await expect(page.locator("#figures-from")).toHaveValue(YEAR.from);
  await expect(row(page, "分级", "红色")).toContainText("38");
  await expect(row(page, "分级", "红色")).toContainText("25");
  await expect(row(page, "改善", "防盗门窗")).toContainText("170");
  await expect(row(page, "登记", "有门牌")).toContainText("1,137");
  await settled(page);
  expect(await grave(page)).toEqual([]);
  await shoot(page, "statistics");
  await page.locator("#figures-1").click(); // 2009
  await expect(row(page, "发生情况", "刑事案件")).toContainText("68");
  await expect(row(page, "发生情况", "刑事案件")).toContainText("38.2 %");
  await page.locator("#lang").click();
  await expect(page.locator("#statistics h2")).toHaveText("Statistics");
  await page.locator("#theme").click();
  await shoot(page, "statistics-dark-en");
});

test("the workbook is the same and holds no formula", async ({ page, server }) => {
  await signIn(page, server.token);
  await open(page, "#day=2010-10-31&page=statistics");
  const coming = page.waitForEvent("download");
  await page.locator("#figures-xlsx").click();
  const file = await coming;
  expect(file.suggestedFilename()).toMatch(/2009-10-31-2010-10-31\.xlsx$/);
  const parts = unzip(readFileSync(await file.path()));
  const sheets = Object.entries(parts).filter(([name]) => name.startsWith("xl/worksheets/sheet"));
  expect(sheets.length).toBe(3);
  for (const [, text] of sheets) expect(/<f[ >]/.test(text)).toBe(false);
  expect(sheets.map(([, text]) => text).join("")).toContain("<v>1137</v>");
});

test("fairness is told in groups, to who may see it, with the test beside", async ({ page, request, server }) => {
  await signIn(page, server.token);
  await open(page, "#day=2010-10-31&page=statistics");
  await page.locator("#fairness-part summary").click();
  const report = await ask(request, `/api/fairness?from=${YEAR.from}&to=${YEAR.to}`, undefined, server.token);
  expect([report.rated, report.red]).toEqual([295, 25]);
  await expect(page.locator("#fairness table")).toHaveCount(report.dimensions.filter((one) => one.groups.length).length + (report.feedback ? 1 : 0));
  expect(await grave(page)).toEqual([]);
  await shoot(page, "fairness");
});

test("fairness of a drawn area is of that area, and stays open while the page changes", async ({ page, request, server }) => {
  const ring = { type: "Polygon", coordinates: [[[0, 0], [0, 0], [0, 0], [0, 0], [0, 0]]] };
  const { bounds: [west, south, east, north] } = await ask(request, "/api/site");
  const middle = (west + east) / 2;
  ring.coordinates = [[[west, south], [middle, south], [middle, north], [west, north], [west, south]]];
  const report = await (await request.post(`/api/fairness?from=${YEAR.from}&to=${YEAR.to}`, { data: ring, headers: { Authorization: `Bearer ${server.token}` } })).json();
  expect(report.rated).toBeGreaterThan(20);
  expect(report.rated).toBeLessThan(295);
  await signIn(page, server.token);
  await open(page, "#day=2010-10-31&page=statistics");
  await page.evaluate(async (area) => (await import("/js/state.js")).set({ area, scope: "area" }), ring);
  await page.locator("#figures-drawn").click();
  // The page is built anew while the answer is on its way.
  let answer;
  const held = new Promise((done) => { answer = done; });
  await page.route("**/api/fairness*", async (route) => { await held; await route.continue(); });
  await page.locator("#fairness-part summary").click();
  await expect(page.locator("#fairness [role=status]")).toBeVisible();
  await page.locator("#lang").click();
  await expect(page.locator("#fairness [role=status]")).toHaveText("Counting…");
  answer();
  await expect(page.locator("#fairness")).toContainText(`${report.rated} rated houses, ${report.red} of them red`);
  await expect(page.locator("#fairness")).toContainText("drawn area");
  await page.locator("#lang").click();
  await expect(page.locator("#fairness")).toContainText(`已评级 ${report.rated} 户，其中红色 ${report.red} 户`);
  await page.locator("#lang").click();
  await page.locator("#figures-drawn").click();
  await expect(page.locator("#fairness")).toContainText("295 rated houses");
  await expect(page.locator("#fairness")).not.toContainText("drawn area");
});

test("a fairness report that nobody waits for any longer is given up", async ({ page, server }) => {
  await signIn(page, server.token);
  await open(page, "#day=2010-10-31&page=statistics");
  let isHeld = true, held = 0;
  await page.route("**/api/fairness*", (route) => { if (isHeld) held += 1; else route.continue(); });
  await page.locator("#fairness-part summary").click();
  for (const [asked, leave] of [[1, "#figures-1"], [2, "#statistics .card-top button"]]) { // for another year; for another page
    await expect.poll(() => held).toBe(asked);
    const [one] = await Promise.all([page.waitForEvent("requestfailed", (one) => one.url().includes("/api/fairness")), page.locator(leave).click()]);
    expect(one.failure().errorText).toBe("net::ERR_ABORTED");
  }
  isHeld = false;
  await page.locator("#statistics-open").click();
  await expect(page.locator("#fairness table").first()).toBeVisible();
});

test("the public sees published tiers on a phone, and nothing of the record", async ({ browser, server }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: "zh-CN", baseURL: server.url });
  const page = await context.newPage();
  await open(page, "#day=2010-10-31&page=statistics");
  await expect(row(page, "分级", "红色")).toBeVisible();
  await expect(page.locator("#statistics")).not.toContainText("发生情况");
  await expect(page.locator("#fairness-part")).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await shoot(page, "statistics-phone");
  await context.close();
});
