import { fileURLToPath } from "node:url";
import { expect, open, pixels, shoot, test } from "../sanshi.mjs";

test.use({ serverArguments: ["--basemap", fileURLToPath(new URL("../../data/monaco.pmtiles", import.meta.url))] });

const MONACO = "#at=15.20/43.73500/7.42100";
const rendered = (page, layer) => page.evaluate((layer) => window.__map.queryRenderedFeatures({ layers: [layer] }).length, layer);

test("a basemap is drawn under the houses, by day and by night, with its source", async ({ page }) => {
  await open(page, `${MONACO}&theme=light`);
  for (const layer of ["basemap-roads-main", "basemap-roads-side", "basemap-buildings-fill", "basemap-landuse-fill"]) expect(await rendered(page, layer), layer).toBeGreaterThan(0);
  expect(await pixels(page, "#FCE9B8"), "main roads by day").toBeGreaterThan(1000);
  await expect(page.locator("#credit")).toContainText("© OpenStreetMap contributors");
  await expect(page.locator("#credit a")).toHaveCount(0);
  // What a schema lacks is no fault: the other one's layers stand ready and draw nothing.
  expect(await rendered(page, "basemap-transportation-main")).toBe(0);
  const order = await page.evaluate(() => window.__map.getStyle().layers.map(({ id }) => id));
  expect(Math.max(...order.map((id, at) => (id.startsWith("basemap") ? at : 0)))).toBeLessThan(order.indexOf("water"));
  await shoot(page, "20-basemap-light");
  await page.locator("#theme").click();
  await expect.poll(() => pixels(page, "#FCE9B8")).toBe(0);
  expect(await pixels(page, "#4A5563"), "main roads by night").toBeGreaterThan(1000);
  await shoot(page, "21-basemap-dark");
});
