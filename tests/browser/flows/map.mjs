import { ask, counted, drawn, expect, open, pixels, settled, shoot, test } from "../sanshi.mjs";

const WORLD = { type: "Polygon", coordinates: [[[60, -60], [160, -60], [160, 80], [60, 80], [60, -60]]] };

test("the map shows as many red houses as the server counts, as features and as pixels", async ({ page, request }) => {
  await open(page);
  const site = await ask(request, "/api/site");
  const { by_tier: counts } = await ask(request, `/api/areas/summary?date=${site.opening_day}`, WORLD);
  expect(counts.red).toBeGreaterThan(0);
  for (const tier of ["red", "yellow", "green", "star", "unrated"]) expect(await drawn(page, tier), tier).toBe(counts[tier]);
  for (const tier of ["red", "yellow", "green", "star", "unrated", "none"]) expect(await counted(page, tier), tier).toBe(counts[tier]);
  expect(await pixels(page, "#D7263D")).toBeGreaterThan(counts.red * 8);
  await shoot(page, "1-desktop-light-zh");
});

test("the legend filters by click and by key, several tiers at once", async ({ page }) => {
  await open(page);
  const red = await counted(page, "red");
  const yellow = await counted(page, "yellow");
  await page.locator('#legend [data-tier="red"]').click();
  await expect.poll(() => drawn(page, "green")).toBe(0);
  await expect.poll(() => drawn(page, "red")).toBe(red);
  await expect(page.locator("#scope-view span")).toHaveText(String(red));
  await expect(page.locator('#legend [data-tier="red"]')).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("2");
  await expect.poll(() => drawn(page, "yellow")).toBe(yellow);
  await expect(page.locator("#houses .row")).toHaveCount(red + yellow);
  expect(page.url()).toContain("tiers=red,yellow");
  await page.locator("#legend-clear").click();
  await expect.poll(() => drawn(page, "green")).toBeGreaterThan(0);
});

test("below zoom 14 the cells' counts add up to the whole", async ({ page, request }) => {
  await open(page);
  const { center, total } = await page.evaluate(() => ({ center: window.__map.getCenter().toArray(), total: 0 }));
  await page.evaluate((center) => window.__map.jumpTo({ zoom: 12.6, center }), center);
  await settled(page);
  const cells = await page.evaluate(() => {
    const seen = new Map();
    for (const { properties: cell, geometry } of window.__map.queryRenderedFeatures({ layers: ["cells"] })) seen.set(geometry.coordinates.map((x) => x.toFixed(5)).join(), cell);
    return [...seen.values()];
  });
  const site = await ask(request, "/api/site");
  expect(cells.reduce((sum, cell) => sum + cell.total, total)).toBe(site.houses);
  for (const cell of cells) expect(["red", "yellow", "green", "star", "unrated", "none"].reduce((sum, tier) => sum + (cell[tier] ?? 0), 0)).toBe(cell.total);
  await shoot(page, "2-cells");
});

test("the day recolours the map, the counts and the list", async ({ page, request }) => {
  await open(page);
  const early = "2009-10-31";
  const { by_tier: then } = await ask(request, `/api/areas/summary?date=${early}`, WORLD);
  const before = await drawn(page, "red");
  await page.locator("#day-date").fill(early);
  await page.locator("#day-date").blur();
  await settled(page);
  await expect.poll(() => drawn(page, "red")).toBe(then.red);
  expect(then.red).not.toBe(before);
  await expect.poll(() => counted(page, "green")).toBe(then.green);
  expect(page.url()).toContain(`day=${early}`);
  await page.locator("#day-slider").focus();
  await page.keyboard.press("PageUp");
  await expect(page.locator("#day-date")).toHaveValue("2009-11-30");
  await page.keyboard.press("ArrowLeft");
  await expect(page.locator("#day-date")).toHaveValue("2009-11-29");
  await page.locator("#day-play").click();
  await expect.poll(() => page.locator("#day-date").inputValue()).not.toBe("2009-11-29");
  await page.locator("#day-play").click();
});

test("search finds a house by its code and opens it", async ({ page, request }) => {
  await open(page);
  const { features } = await ask(request, "/api/areas/houses?date=2010-10-31&tier=red&limit=1", WORLD);
  const { code, address } = features[0].properties;
  await page.keyboard.press("/");
  await page.keyboard.type(code);
  await expect(page.locator("#found [role=option]").first()).toContainText(code);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.locator("#card h2")).toHaveText(address);
  await page.goBack();
  await expect(page.locator("#card")).toBeHidden();
});
