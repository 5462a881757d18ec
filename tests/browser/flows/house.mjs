import { ask, drawn, expect, open, settled, shoot, test } from "../sanshi.mjs";

const WORLD = { type: "Polygon", coordinates: [[[60, -60], [160, -60], [160, 80], [60, 80], [60, -60]]] };
const minus = (text) => Number(text.replace("−", "-").replace("+", ""));

test("the card's receipt sums to the score it shows", async ({ page, request }) => {
  await open(page);
  const { features } = await ask(request, "/api/areas/houses?date=2010-10-31&tier=red,star&limit=20", WORLD);
  // Where points are for staff only the public is not told the score.
  for (const { properties: house } of features.filter(({ properties }) => properties.score !== undefined).slice(0, 4)) {
    await page.goto(`/?test=1#sel=${house.code}&day=2010-10-31`);
    await page.reload();
    await expect(page.locator("#card h2")).toHaveText(house.address);
    const points = await page.locator("#card .receipt tbody td").allTextContents();
    expect(points.length).toBeGreaterThan(0);
    expect(points.map(minus).reduce((sum, value) => sum + value, 0)).toBe(house.score);
    expect(minus(await page.locator("#receipt-total").textContent())).toBe(house.score);
    expect(minus(await page.locator("#card .big b").textContent())).toBe(house.score);
    await expect(page.locator("#card .spans")).toBeVisible();
    await expect(page.locator("#card .next")).toBeVisible();
  }
  await settled(page);
  await shoot(page, "4-card");
});

test("arrow keys ring houses on the map, Enter opens, Esc closes and gives the focus back", async ({ page }) => {
  await open(page);
  await expect(page.locator("#houses .row").first()).toBeVisible();
  await settled(page);
  await page.locator("#houses").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.locator("#houses")).toBeFocused();
  const code = await page.locator("#houses .row.active").getAttribute("data-code");
  await expect.poll(() => page.evaluate(() => window.__map.queryRenderedFeatures({ layers: ["halo"] }).length)).toBeGreaterThan(0);
  await page.keyboard.press("Enter");
  await expect(page.locator("#card .code").first()).toHaveText(code);
  await page.keyboard.press("Escape");
  await expect(page.locator("#card")).toBeHidden();
  await expect(page.locator("#houses")).toBeFocused();
});

test.describe("signed in", () => {
  test.use({ allowed: /status of (401|422|400)/ });

  test("an observation recorded with a token changes the tier on the map", async ({ page, request, server }) => {
    const { features } = await ask(request, "/api/areas/houses?date=2010-10-31&tier=star&limit=1", WORLD);
    const { code } = features[0].properties;
    await open(page, `#sel=${code}&day=2010-10-31`);
    const [stars, reds] = [await drawn(page, "star"), await drawn(page, "red")];
    await expect(page.locator("#record-open")).toHaveCount(0);
    await page.locator("#user").click();
    await page.locator("#token-fold summary").click();
    await page.locator("#token").fill("sanshi_wrong");
    await page.keyboard.press("Enter");
    await expect(page.locator("#signin .form-error")).not.toBeEmpty();
    await page.locator("#token").fill(server.token);
    await page.keyboard.press("Enter");
    await expect(page.locator("#signin")).toHaveCount(0);
    await page.locator("#record-open").click();
    await expect(page.locator("#record-date")).toHaveValue("2010-10-31");
    await page.locator("#record [type=submit]").click();
    await expect(page.locator("#record .form-error")).not.toBeEmpty();
    for (const [field, value] of [["registration", "passive"], ["facilities", "missing"], ["neighbours", "bad"], ["sanitation", "bad"], ["hazard", "yes"]]) {
      await page.locator(`#record input[name="${field}"][value="${value}"] + span`).click();
    }
    await shoot(page, "5-record");
    await page.locator("#record [type=submit]").click();
    await expect(page.locator("#record")).toHaveCount(0);
    await settled(page);
    await expect.poll(() => drawn(page, "star")).toBe(stars - 1);
    const after = await ask(request, `/api/houses/${code}/tier?date=2010-10-31`, undefined, server.token);
    expect(after.tier).not.toBe("star");
    if (after.tier === "red") expect(await drawn(page, "red")).toBe(reds + 1);
    await expect(page.locator("#card .face .mark")).toHaveClass(new RegExp(after.tier));
    await page.locator("#user").click();
    await page.locator("#account footer button").click();
    await expect(page.locator("#record-open")).toHaveCount(0);
    await expect(page.locator("#card .face .mark")).toHaveClass(/star/); // the public sees the old tier until it is confirmed
  });
});
