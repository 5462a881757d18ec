// The life of a rating: confirm, notice, repair, review, void; what the public sees meanwhile; the office's work.
import { ask, counted, drawn, expect, grave, open, settled, shoot, signIn, test } from "../sanshi.mjs";

const WORLD = { type: "Polygon", coordinates: [[[60, -60], [160, -60], [160, 80], [60, 80], [60, -60]]] };
const HAZARD = { kind: "assessment", hazard: "yes" };
let taken = 0;

/** A house that is green today, in public and by its records; another one for each test. */
async function greenHouse(request, server) {
  const { today } = await ask(request, "/api/site");
  const { features } = await ask(request, `/api/areas/houses?date=${today}&tier=green&limit=60&as=computed`, WORLD, server.token);
  for (; taken < features.length; taken++) {
    const { code, address, published } = features[taken].properties;
    const { confirmations, notices } = await ask(request, `/api/houses/${code}/publication`, undefined, server.token);
    if (published || notices.length || confirmations.some((one) => one.given === today)) continue;
    taken += 1;
    return { code, address, today };
  }
  throw new Error("no green house is left");
}

const record = (request, server, code, event) => ask(request, `/api/houses/${code}/events`, event, server.token);
const publicTier = async (request, code) => (await ask(request, `/api/houses/${code}/publication`)).published;

/** The page of another member of the staff, or of the public. */
async function other(browser, server, token, more = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", baseURL: server.url, ...more });
  const page = await context.newPage();
  if (token) await signIn(page, token);
  return page;
}

const face = (page) => page.locator("#card .face .mark");
const state = (page, kind) => page.locator(`#card .state[data-state="${kind}"]`);
const code = (house) => `#sel=${house.code}&day=${house.today}`;

/** A button that opens a PDF in a new tab: what came is one. */
async function givesPdf(page, button) {
  await page.evaluate(() => {
    const real = URL.createObjectURL;
    URL.createObjectURL = (blob) => { window.paper = blob; return real.call(URL, blob); };
  });
  const [answer, tab] = await Promise.all([
    page.waitForResponse((one) => one.headers()["content-type"]?.startsWith("application/pdf") ?? false), page.waitForEvent("popup"), button.click(),
  ]);
  expect(answer.status()).toBe(200);
  expect(await page.evaluate(async () => [window.paper.type, await window.paper.slice(0, 5).text()])).toEqual(["application/pdf", "%PDF-"]);
  await tab.close().catch(() => {});
  await page.bringToFront();
}

test.describe("signed in", () => {
  test.use({ allowed: /status of (409|422)/ });
  test.setTimeout(180_000);

  test("confirm, notice, repair, review, upheld: each step recolours the map", async ({ page, browser, request, server }) => {
    const house = await greenHouse(request, server);
    await record(request, server, house.code, { ...HAZARD, date: house.today });
    await signIn(page, server.tokens.officer);
    await open(page, code(house));
    await expect(face(page)).toHaveClass(/yellow/);
    await expect(state(page, "provisional")).toBeVisible();
    await expect(page.locator("#card .beside")).toContainText("绿色");
    await expect(page.locator("#ways li").first()).toBeVisible();
    const yellows = await drawn(page, "yellow");
    expect(await page.evaluate(() => window.__map.queryRenderedFeatures({ layers: ["pending"] }).length)).toBeGreaterThan(0);
    expect(await publicTier(request, house.code)).toBe("green");

    // Confirm: the notice is made, the time to repair runs.
    await page.locator("#confirm-open").click();
    await page.locator("#confirm [type=submit]").click();
    await expect(page.locator("#confirm-number")).toHaveCount(0); // a reason is required
    await page.locator("#confirm-reason").fill("现场核实：疏散通道堵塞。");
    await shoot(page, "12-confirm");
    await page.locator("#confirm [type=submit]").click();
    await expect(page.locator("#confirm-number")).not.toBeEmpty();
    const number = await page.locator("#confirm-number").textContent();
    await givesPdf(page, page.locator("#confirm-pdf"));
    await page.locator("#confirm footer button").first().click();
    await expect(state(page, "repair")).toBeVisible();
    await expect(state(page, "provisional")).toHaveCount(0);
    expect(await publicTier(request, house.code)).toBe("green");

    // The notice is in the list and is marked as served.
    const notice = page.locator(`#notices li[data-number="${number}"]`);
    await givesPdf(page, notice.getByRole("button", { name: /PDF/ }));
    await notice.getByRole("button", { name: /登记送达/ }).click();
    await page.locator("#serve-how").fill("当面送交");
    await page.locator("#serve [type=submit]").click();
    await expect(notice).toContainText("当面送交");
    await page.evaluate(() => { for (const node of document.querySelectorAll("#card details")) node.open = true; });
    await shoot(page, "13-standing");
    expect(await grave(page)).toEqual([]);

    // A repair lifts the tier at once.
    await page.locator("#record-open").click();
    await page.locator("#record-kind").selectOption("rectified");
    await page.locator("#record-date").fill(house.today);
    await page.locator("#record [type=submit]").click();
    await expect(face(page)).toHaveClass(/green/);
    await settled(page);
    await expect.poll(() => drawn(page, "yellow")).toBe(yellows - 1);
    expect(await publicTier(request, house.code)).toBe("green");

    // It falls again; the owner asks for a review, which the same officer may not decide.
    const fallen = await record(request, server, house.code, { ...HAZARD, date: house.today });
    expect(fallen.tier).toBe("yellow");
    await page.reload();
    await settled(page);
    await expect(face(page)).toHaveClass(/yellow/);
    await page.locator("#card .event").first().getByRole("button", { name: "房东申请复核" }).click();
    await page.locator("#review-statement").fill("通道当天已经清理，走访在清理之前。");
    await page.locator("#ask-review [type=submit]").click();
    await expect(state(page, "review")).toBeVisible();
    await page.locator("#reviews .decide").click();
    await page.locator('#decide input[value="true"] + span').click();
    await page.locator("#decide-reason").fill("照片与日期相符。");
    await page.locator("#decide [type=submit]").click();
    await expect(page.locator("#decide .form-error")).toContainText("另一名民警");
    await page.keyboard.press("Escape");

    // Another officer upholds it: recoloured at once, the history stays.
    const second = await other(browser, server, server.tokens.officer2);
    await open(second, code(house));
    await expect.poll(() => drawn(second, "yellow")).toBe(yellows);
    await second.locator("#reviews .decide").click();
    await second.locator('#decide input[value="true"] + span').click();
    await second.locator("#decide-reason").fill("照片与日期相符。");
    await shoot(second, "14-decide");
    await second.locator("#decide [type=submit]").click();
    await expect(face(second)).toHaveClass(/green/);
    await settled(second);
    await expect.poll(() => drawn(second, "yellow")).toBe(yellows - 1);
    await expect(second.locator("#card .event.voided").first()).toBeVisible();
    await expect(second.locator("#reviews .outcome")).toContainText("支持");
    await second.context().close();
  });

  test("of two officers who confirm at once, the second is told", async ({ page, browser, request, server }) => {
    const house = await greenHouse(request, server);
    await record(request, server, house.code, { ...HAZARD, date: house.today });
    const second = await other(browser, server, server.tokens.officer2);
    await signIn(page, server.tokens.officer);
    for (const one of [page, second]) {
      await open(one, code(house));
      await one.locator("#confirm-open").click();
      await one.locator("#confirm-reason").fill("已到现场核实。");
    }
    await page.locator("#confirm [type=submit]").click();
    await expect(page.locator("#confirm-number")).not.toBeEmpty();
    await second.locator("#confirm [type=submit]").click();
    await expect(second.locator("#confirm .form-error")).toContainText("同事");
    await expect(state(second, "repair")).toHaveCount(1);
    const { notices } = await ask(request, `/api/houses/${house.code}/publication`, undefined, server.token);
    expect(notices).toHaveLength(1);

    // The owner contests the confirmation itself; upheld by the other officer, it is taken back.
    await page.keyboard.press("Escape");
    await page.locator("#card .confirmations summary").click();
    await page.locator("#card .confirmations li").first().getByRole("button", { name: "房东申请复核" }).click();
    await page.locator("#review-statement").fill("没有事先告知。");
    await page.locator("#ask-review [type=submit]").click();
    await expect(state(page, "review")).toBeVisible();
    await second.reload();
    await settled(second);
    await second.locator("#reviews .decide").click();
    await second.locator('#decide input[value="true"] + span').click();
    await second.locator("#decide-reason").fill("确未告知。");
    await second.locator("#decide [type=submit]").click();
    await expect(state(second, "provisional")).toBeVisible();
    await expect(state(second, "repair")).toHaveCount(0);
    await second.context().close();
  });

  test("an observation is voided with a reason; it stays, struck through, and the tier heals", async ({ page, request, server }) => {
    const house = await greenHouse(request, server);
    await record(request, server, house.code, { ...HAZARD, date: house.today });
    await signIn(page, server.tokens.officer);
    await open(page, code(house));
    await expect(face(page)).toHaveClass(/yellow/);
    await page.locator("#card .event").first().getByRole("button", { name: "作废" }).click();
    await page.locator("#void-reason").fill("记错了门牌。");
    await page.locator("#void [type=submit]").click();
    await expect(page.locator("#void")).toHaveCount(0);
    await expect(page.locator("#card .event").first()).toHaveClass(/voided/);
    await expect(face(page)).toHaveClass(/green/);
    await expect(page.locator("#confirm-open")).toHaveCount(0);
  });

  test("a notice that does not fit is refused in words; a certificate is made", async ({ page, request, server }) => {
    const house = await greenHouse(request, server);
    await signIn(page, server.tokens.officer);
    await open(page, code(house));
    await page.locator("#notice-make").click();
    await page.locator("#notice-kind").selectOption("formal_notice");
    await page.locator("#make-notice [type=submit]").click();
    await expect(page.locator("#make-notice .form-error")).toContainText("不适用");
    await page.locator("#notice-kind").selectOption("certificate");
    await page.locator('#make-notice input[value="a5"] + span').click();
    await page.locator("#make-notice [type=submit]").click();
    await expect(page.locator("#notices li").first()).toContainText("等级牌");
  });

  test("door signs of a drawn area come as one PDF", async ({ page, server }) => {
    await signIn(page, server.tokens.officer);
    await open(page, "#tiers=star");
    await page.locator("#area-keys summary").click();
    await page.locator("#area-view").click();
    await settled(page);
    await givesPdf(page, page.locator("#door-signs"));
  });

  test("the work of the office: counted, opened on the map, filtered, empty", async ({ page, request, server }) => {
    const house = await greenHouse(request, server);
    await record(request, server, house.code, { ...HAZARD, date: house.today });
    await signIn(page, server.tokens.officer);
    await open(page);
    const work = await ask(request, "/api/work", undefined, server.token);
    expect(work.provisional_total).toBeGreaterThan(0);
    await page.locator("#tasks-open").click();
    await expect(page.locator("#group-provisional .badge")).toHaveText(String(work.provisional_total));
    await expect(page.locator("#group-repairs .badge")).toHaveText(String(work.repairs.length));
    await expect.poll(() => page.url()).toContain("page=tasks");
    await shoot(page, "15-work");
    expect(await grave(page)).toEqual([]);
    await page.locator(`#group-provisional [data-code="${house.code}"]`).click();
    await expect(page.locator("#card h2")).toHaveText(house.address);
    await expect(page.locator("#confirm-open")).toBeVisible();
    await expect(page.locator("#day-date")).toHaveValue(house.today);
    await page.keyboard.press("Escape");
    await expect(page.locator("#tasks")).toBeVisible();
    // A division without anything to do.
    await page.route("**/api/work?*area=*", (route) => route.fulfill({ json: { day: house.today, provisional: [], provisional_total: 0, repairs: [], notices: [], reviews: [] } }));
    await page.locator("#tasks-area").selectOption({ index: 1 });
    await expect(page.locator("#tasks .empty")).toBeVisible();
  });

  test("staff switch between published and computed; the address keeps it", async ({ page, request, server }) => {
    const house = await greenHouse(request, server);
    await record(request, server, house.code, { ...HAZARD, date: house.today });
    await signIn(page, server.tokens.officer);
    await open(page, `#day=${house.today}`);
    const yellow = await counted(page, "yellow");
    await expect(page.locator("#lens-computed")).toHaveAttribute("aria-pressed", "true");
    await page.locator("#lens-published").click();
    await settled(page);
    const published = (await ask(request, `/api/areas/summary?date=${house.today}`, WORLD)).by_tier.yellow;
    expect(published).toBeLessThan(yellow);
    await expect.poll(() => counted(page, "yellow")).toBe(published);
    await expect.poll(() => drawn(page, "yellow")).toBe(published);
    expect(page.url()).toContain("as=published");
    await page.reload();
    await settled(page);
    await expect(page.locator("#lens-published")).toHaveAttribute("aria-pressed", "true");
    await expect.poll(() => counted(page, "yellow")).toBe(published);
    await shoot(page, "16-lens");
  });
});

test.describe("the public, on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

  test("a door sign's link shows the published tier while a worse one is provisional, and the time to repair", async ({ page, request, server }) => {
    const house = await greenHouse(request, server);
    await record(request, server, house.code, { ...HAZARD, date: house.today });
    await page.goto(`/?test=1#sel=${house.code}&day=${house.today}`);
    await expect(page.locator("#card h2")).toHaveText(house.address);
    await expect(face(page)).toHaveClass(/green/);
    await expect(page.locator("#card .follows").first()).toBeVisible();
    await expect(page.locator("#card .state")).toHaveCount(0);
    await expect(page.locator("#card")).not.toContainText("黄色");
    await expect(page.locator("#confirm-open, #notices, #tasks-open:visible, #lens:visible")).toHaveCount(0);
    await expect.poll(() => page.evaluate(() => window.__map.getZoom())).toBeGreaterThan(15.9);
    await ask(request, `/api/houses/${house.code}/confirmations`, { tier: "yellow", reason: "现场核实。" }, server.token);
    await page.reload();
    await expect(state(page, "repair")).toBeVisible();
    await expect(face(page)).toHaveClass(/green/);
    await settled(page);
    await shoot(page, "17-phone-public");
    expect(await grave(page)).toEqual([]);
  });
});

test("what somebody else records is seen at once, and only the tiles that show it are asked for again", async ({ page, request, server }) => {
  const house = await greenHouse(request, server);
  await signIn(page, server.tokens.officer);
  const { lon, lat } = await ask(request, `/api/houses/${house.code}?date=${house.today}`);
  await open(page, `#at=15.2/${lat}/${lon}&day=${house.today}`);
  const green = await drawn(page, "green");
  const asked = [];
  page.on("request", (one) => { const tile = /\/tiles\/(\d+)\/(\d+)\/(\d+)\.mvt/.exec(one.url()); if (tile) asked.push(tile.slice(1).join("/")); });
  await record(request, server, house.code, { ...HAZARD, date: house.today });
  await expect.poll(() => drawn(page, "green"), { timeout: 10_000 }).toBe(green - 1);
  await settled(page);
  const at = (z) => [z, Math.floor((lon / 360 + 0.5) * 2 ** z), Math.floor((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2 * 2 ** z)].join("/");
  expect(asked.length).toBeGreaterThan(0);
  for (const tile of asked) expect(tile).toBe(at(Number(tile.split("/")[0])));
});
