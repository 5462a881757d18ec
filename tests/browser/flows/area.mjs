import { areaOf, ask, countedInArea, expect, open, settled, shoot, test } from "../sanshi.mjs";

const TIERS = ["red", "yellow", "green", "star", "unrated", "none"];

/** What the page says of the area is what the server says of it. */
async function agrees(page, request) {
  await expect(page.locator("#area-result .said")).toBeVisible();
  await settled(page);
  const area = await areaOf(page);
  expect(area).not.toBeNull();
  const counts = await ask(request, "/api/areas/summary?date=2010-10-31", area);
  for (const tier of TIERS) await expect.poll(() => countedInArea(page, tier), tier).toBe(counts.by_tier[tier]);
  for (const [kind, count] of Object.entries(counts.by_kind)) if (count) await expect(page.locator(`#area-result [data-kind="${kind}"]`)).toHaveText(count.toLocaleString("zh-CN"));
  await expect(page.locator("#status")).toContainText(String(counts.by_tier.red));
  return counts;
}

const at = async (page) => {
  const box = await page.locator("#map").boundingBox();
  return (x, y) => [box.x + box.width * x, box.y + box.height * y];
};

test("a drawn polygon's counts equal the server's; the list shows its houses", async ({ page, request }) => {
  await open(page);
  const p = await at(page);
  await page.locator("#tool-polygon").click();
  for (const [x, y] of [[0.3, 0.3], [0.75, 0.35], [0.8, 0.8], [0.35, 0.75]]) {
    await page.mouse.click(...p(x, y));
    await page.waitForTimeout(350); // two clicks within the double-click time are one
  }
  await page.keyboard.press("Enter");
  const counts = await agrees(page, request);
  expect(counts.total).toBeGreaterThan(50);
  await expect(page.locator("#scope-area")).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("#scope-area span")).toHaveText(counts.total.toLocaleString("zh-CN"));
  await expect(page.locator("#card")).toBeHidden();
  await expect(page.locator("#trend .plot-key")).toBeVisible();
  await shoot(page, "3-area");
});

test("rectangle, circle and lasso are drawn by dragging; undo brings the one before back", async ({ page, request }) => {
  await open(page);
  const p = await at(page);
  await page.locator("#tool-rectangle").click();
  await page.mouse.move(...p(0.3, 0.4));
  await page.mouse.down();
  await page.mouse.move(...p(0.6, 0.7), { steps: 8 });
  await page.mouse.up();
  const rectangle = await agrees(page, request);
  await page.locator("#tool-circle").click();
  await page.mouse.move(...p(0.7, 0.6));
  await page.mouse.down();
  await page.mouse.move(...p(0.8, 0.6), { steps: 8 });
  await page.mouse.up();
  const circle = await agrees(page, request);
  expect((await areaOf(page)).coordinates[0].length).toBeGreaterThan(30);
  await page.locator("#tool-freehand").click();
  await page.mouse.move(...p(0.6, 0.5));
  await page.mouse.down();
  for (let i = 1; i <= 24; i++) await page.mouse.move(...p(0.5 + 0.1 * Math.cos((i / 24) * 6.2), 0.5 + 0.1 * Math.sin((i / 24) * 6.2)));
  await page.mouse.up();
  await agrees(page, request);
  await page.locator("#undo").click();
  await settled(page);
  expect((await agrees(page, request)).total).toBe(circle.total);
  await page.keyboard.press("Control+z");
  await settled(page);
  expect((await agrees(page, request)).total).toBe(rectangle.total);
  await page.locator("#erase").click();
  await expect(page.locator("#area-result")).toBeHidden();
  await page.locator("#undo").click();
  expect((await agrees(page, request)).total).toBe(rectangle.total);
});

test("an area can be moved, and Delete removes it", async ({ page, request }) => {
  await open(page);
  const p = await at(page);
  await page.locator("#tool-rectangle").click();
  await page.mouse.move(...p(0.35, 0.4));
  await page.mouse.down();
  await page.mouse.move(...p(0.5, 0.55), { steps: 6 });
  await page.mouse.up();
  await agrees(page, request);
  const before = await areaOf(page);
  await page.locator("#tool-select").click();
  await page.mouse.move(...p(0.42, 0.47));
  await page.mouse.down();
  await page.mouse.move(...p(0.72, 0.6), { steps: 10 });
  await page.mouse.up();
  await expect.poll(async () => JSON.stringify(await areaOf(page))).not.toBe(JSON.stringify(before));
  await agrees(page, request);
  await page.locator("#tool-select").focus();
  await page.keyboard.press("Delete");
  await expect(page.locator("#area-result")).toBeHidden();
});

test("areas have a keyboard way: the view, and a circle round the selected house", async ({ page, request }) => {
  await open(page);
  await page.locator("#area-keys summary").focus();
  await page.keyboard.press("Enter");
  await page.locator("#area-view").focus();
  await page.keyboard.press("Enter");
  await agrees(page, request);
  const whole = JSON.stringify(await areaOf(page));
  await page.locator("#scope-view").click();
  // The list is asked for anew; a key pressed before its rows are there moves nothing.
  await expect(async () => {
    await page.locator("#houses").focus();
    await page.keyboard.press("ArrowDown");
    await expect(page.locator("#houses .row.active")).toHaveCount(1, { timeout: 1000 });
  }).toPass();
  await page.locator("#radius").selectOption("100");
  await page.locator("#area-circle").focus();
  await page.keyboard.press("Enter");
  await expect.poll(async () => JSON.stringify(await areaOf(page))).not.toBe(whole);
  await settled(page);
  const counts = await agrees(page, request);
  expect(counts.total).toBeLessThan(200);
});

test("the list of an area is downloaded as CSV, with the day in its name", async ({ page }) => {
  await open(page, "#tiers=red,yellow");
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#csv").click()]);
  expect(file.suggestedFilename()).toContain("2010-10-31");
  const stream = await file.createReadStream();
  let text = "";
  for await (const piece of stream) text += piece;
  const rows = text.trim().split("\r\n").slice(1);
  expect(rows.length).toBe(await page.locator("#scope-view span").textContent().then(Number));
  for (const row of rows) expect(row.split(",")).toHaveLength(8);
  const tame = await page.evaluate(async () => { const { cell } = await import("/js/csv.js"); return ["=1+1", "+1", "-1", "@x", "a,b", 'say "x"', "plain"].map(cell); });
  expect(tame).toEqual(["'=1+1", "'+1", "'-1", "'@x", '"a,b"', '"say ""x"""', "plain"]);
});
