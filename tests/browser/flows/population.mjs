// How many live where: the layer that staff switch on in the legend, the drawn area, whom schools and clinics serve.
import { ask, expect, grave, open, settled, shoot, signIn, test } from "../sanshi.mjs";

const WORLD = { type: "Polygon", coordinates: [[[60, -60], [160, -60], [160, 80], [60, 80], [60, -60]]] };

/** Lets somebody live in some of the houses. */
async function settle(request, server, houses) {
  const { features } = await ask(request, `/api/areas/houses?date=2010-10-31&kind=rental&limit=${houses}`, WORLD, server.token);
  for (const [i, { properties }] of features.entries()) {
    await ask(request, `/api/houses/${properties.code}/residents`, { name: `示范${i}`, phone: `1290000${1000 + i}`, registration: "temporary", role: "tenant", from: "2010-01-01" }, server.token);
  }
}

const cells = (page) => page.evaluate(() => window.__map.querySourceFeatures("density").map((cell) => cell.properties));

test("staff switch residents on in the legend and see the server's counts, told apart by number too", async ({ page, request, server }) => {
  await settle(request, server, 6);
  await signIn(page, server.token);
  await open(page, "#day=2010-10-31");
  expect(await cells(page)).toEqual([]);
  await page.locator("#density-switch").click();
  await expect(page.locator("#density-switch")).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("#density .ramp li").first()).toBeVisible();
  await settled(page);
  const shown = await cells(page);
  expect(shown.length).toBeGreaterThan(2);
  for (const cell of shown) expect(cell.residents).toBe(cell.registered + cell.temporary);
  expect(await page.evaluate(() => window.__map.queryRenderedFeatures({ layers: ["density"] }).length)).toBeGreaterThan(2);
  expect(await grave(page)).toEqual([]);
  await shoot(page, "population");
  await page.locator("#density-switch").click();
  await expect.poll(() => cells(page)).toEqual([]);
});

test("the drawn area tells staff how many live in it", async ({ page, request, server }) => {
  await signIn(page, server.token);
  await open(page, "#day=2010-10-31");
  await page.locator("#area-keys summary").click();
  await page.locator("#area-view").click();
  await settled(page);
  const counted = await ask(request, "/api/areas/population?date=2010-10-31", WORLD, server.token);
  await expect(page.locator("#area-residents")).toContainText(counted.temporary.toLocaleString("zh-CN"));
});

test("a table tells whom each school and clinic serves; the public is shown none of it", async ({ page, request, server, browser }) => {
  await signIn(page, server.token);
  await open(page, "#day=2010-10-31");
  await page.locator("#services summary").click();
  const { services } = await ask(request, "/api/services?date=2010-10-31", undefined, server.token);
  expect(services.length).toBe(6);
  for (const point of services) await expect(page.locator(`.services [data-code="${point.code}"] td`).first()).toHaveText(point.people.toLocaleString("zh-CN"));
  expect(await grave(page)).toEqual([]);
  const other = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", baseURL: server.url })).newPage();
  await open(other, "#day=2010-10-31");
  await expect(other.locator("#density")).toBeHidden();
  await expect(other.locator("#services-room")).toBeHidden();
});
