import { drawn, expect, grave, open, pixels, settled, shoot, test } from "../sanshi.mjs";

test("language and theme switch without loading anew, and are kept", async ({ page }) => {
  await open(page);
  await expect(page.locator("#legend")).toContainText("红色");
  await page.locator("#lang").click();
  await expect(page.locator("#legend")).toContainText("Red");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  expect(await pixels(page, "#D7263D")).toBeGreaterThan(100);
  await page.locator("#theme").click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await settled(page);
  expect(await pixels(page, "#E8453C")).toBeGreaterThan(100);
  expect(await pixels(page, "#D7263D")).toBe(0);
  await expect(page.locator("#site-name")).toHaveText("Zhengxin community (demo)");
  await shoot(page, "6-desktop-dark-en");
  await page.goto("/?test=1");
  await settled(page);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("#legend")).toContainText("Red");
});

test("a deep link restores place, day, filter, house, language, theme and area", async ({ page, browser, server }) => {
  await open(page);
  const view = await page.evaluate(() => window.__map.getCenter().toArray());
  await page.locator("#area-keys summary").click();
  await page.locator("#area-view").click();
  await page.locator('#legend [data-tier="red"]').click();
  await page.locator('#legend [data-tier="yellow"]').click();
  await page.locator("#houses .row").first().click();
  await page.locator("#lang").click();
  await page.locator("#theme").click();
  await page.evaluate((view) => window.__map.jumpTo({ zoom: 15.25, center: view }), view);
  await settled(page);
  const [address, title, said] = [page.url(), await page.locator("#card h2").textContent(), await page.locator("#area-result .said").textContent()];
  const other = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", baseURL: server.url });
  const fresh = await other.newPage();
  await fresh.goto(address);
  await settled(fresh);
  expect(await fresh.evaluate(() => window.__map.getZoom())).toBeCloseTo(15.25, 2);
  await expect(fresh.locator("#card h2")).toHaveText(title);
  await expect(fresh.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(fresh.locator("#area-result .said")).toHaveText(said);
  expect(await drawn(fresh, "green")).toBe(0);
  expect(await fresh.evaluate(() => location.hash.split("&").sort().join())).toBe(new URL(address).hash.split("&").sort().join());
  await other.close();
});

for (const [scheme, lang] of [["light", "zh-CN"], ["dark", "en-GB"]]) {
  test.describe(scheme, () => {
    test.use({ colorScheme: scheme, locale: lang });
    test(`axe finds nothing serious in ${scheme}, with and without card and dialog`, async ({ page }) => {
      await open(page);
      expect(await grave(page)).toEqual([]);
      await page.locator("#houses .row").first().click();
      await expect(page.locator("#card .receipt")).toBeVisible();
      await page.evaluate(() => { for (const node of document.querySelectorAll("#card details")) node.open = true; });
      expect(await grave(page)).toEqual([]);
      await page.locator("#user").click();
      expect(await grave(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.locator('#legend [data-tier="red"]').click();
      await page.locator("#area-keys summary").click();
      await page.locator("#area-view").click();
      await expect(page.locator("#area-result .said")).toBeVisible();
      expect(await grave(page)).toEqual([]);
    });
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

  test("sheet, list, card, tools and day work by touch", async ({ page }) => {
    await open(page);
    await shoot(page, "7-phone");
    await page.locator("#houses .row").nth(1).tap();
    await expect(page.locator("#card .receipt")).toBeVisible();
    await settled(page);
    await shoot(page, "8-phone-card");
    await page.locator(".card-top button").first().tap();
    await page.locator("#tabs-phone button").nth(1).tap();
    await page.locator("#tool-freehand").tap();
    const touch = await page.context().newCDPSession(page);
    const point = (turn) => ({ x: 190 + 90 * Math.cos(turn), y: 320 + 90 * Math.sin(turn) });
    await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point(0)] });
    for (let i = 1; i <= 24; i++) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [point((i / 24) * 6.1)] });
    await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await expect(page.locator("#area-result .said")).toBeVisible();
    await settled(page);
    await shoot(page, "9-phone-area");
    await page.locator("#tabs-phone button").nth(2).tap();
    await expect(page.locator("#day-slider")).toBeVisible();
    await shoot(page, "10-phone-day");
    await page.locator("#handle").tap();
    expect(await page.locator("#sheet").getAttribute("data-stop")).toBe("full");
    for (const button of await page.locator("button:visible").all()) {
      const box = await button.boundingBox();
      if (!box || (await button.getAttribute("id")) === "handle" || (await button.getAttribute("class"))?.includes("maplibre")) continue;
      expect(Math.max(box.width, box.height), (await button.getAttribute("id")) ?? (await button.textContent())).toBeGreaterThanOrEqual(44);
      expect(box.height).toBeGreaterThanOrEqual(43);
    }
    expect(await grave(page)).toEqual([]);
  });
});

test.describe("when things fail", () => {
  test.use({ allowed: /ERR_FAILED|Failed to load/ });

  test("a lost server is told, tried again, and the page goes on where it was", async ({ page }) => {
    await open(page);
    await page.route("**/api/**", (route) => route.abort());
    await page.locator("#day-back").click();
    await expect(page.locator("#banner")).toBeVisible();
    await page.unroute("**/api/**");
    await page.locator("#banner button").click();
    await expect(page.locator("#banner")).toBeHidden();
    await settled(page);
    await expect(page.locator("#day-date")).toHaveValue("2010-09-30");
    await expect(page.locator("#houses .row").first()).toBeVisible();
  });

  test("without WebGL2 the list, the filter and the search still work", async ({ page }) => {
    await page.addInitScript(() => {
      const real = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === "webgl2" ? null : real.call(this, kind, ...rest); };
    });
    await page.goto("/");
    await expect(page.locator("#map-note")).toContainText("WebGL2");
    await expect(page.locator("#houses .row").first()).toBeVisible();
    await page.keyboard.press("1");
    await expect(page.locator("#houses .group")).toHaveCount(1);
    await page.locator("#houses .row").first().click();
    await expect(page.locator("#card .receipt")).toBeVisible();
  });
});

test("the printed page has the map, the legend and the list", async ({ page }) => {
  await open(page, "#tiers=red");
  await page.evaluate(() => { window.print = () => { window.printed = true; }; });
  await page.locator("#print").click();
  await page.waitForFunction(() => window.printed);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("#printout img")).toBeVisible();
  expect(await page.locator("#printout img").evaluate((image) => image.naturalWidth)).toBeGreaterThan(300);
  expect(await page.locator("#printout tbody tr").count()).toBe(await page.locator("#scope-view span").textContent().then(Number));
  await shoot(page, "11-print");
});
