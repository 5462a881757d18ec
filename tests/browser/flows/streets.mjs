// Streets: a study that asks for neighbours along them says when there are none; the administrator imports a file; the same question is answered then.
import { ask, expect, grave, open, shoot, signIn, test } from "../sanshi.mjs";

// A server of its own: streets change how rounds are planned.
test.use({ serverArguments: [], allowed: /status of (409|422)/ });
test.describe.configure({ mode: "serial" });

/** Crossing streets over the whole site, about 200 m apart, as a file of OpenStreetMap. @param {[number, number, number, number]} bounds */
function town([west, south, east, north]) {
  const many = 30;
  const at = (low, high, step) => (low + ((high - low) * step) / (many - 1)).toFixed(7);
  const id = (x, y) => 1 + x * many + y;
  const steps = [...Array(many).keys()];
  const nodes = steps.flatMap((x) => steps.map((y) => `<node id="${id(x, y)}" lon="${at(west, east, x)}" lat="${at(south, north, y)}"/>`));
  const ways = [...steps.map((x) => steps.map((y) => id(x, y))), ...steps.map((y) => steps.map((x) => id(x, y)))]
    .map((refs, way) => `<way id="${way + 1}">${refs.map((ref) => `<nd ref="${ref}"/>`).join("")}<tag k="highway" v="residential"/></way>`);
  return `<?xml version="1.0"?><osm version="0.6">${nodes.join("")}${ways.join("")}</osm>`;
}

const file = (name, text) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(text) });

async function askAlong(page) {
  await page.locator("#study-new").click();
  await page.locator("#new-study [type=submit]").click();
  await page.locator("label:has(#kind-near)").click();
  await page.locator("#question .settings summary").click();
  await page.locator("#q-along").selectOption("streets");
  await expect(page.locator("#question")).toContainText("从门口走到门口");
  await page.locator("#ask").click();
}

async function openStreets(page) {
  await page.locator("#user").click();
  await page.locator("#streets-open").click();
  await expect(page.locator("#streets")).toBeVisible();
}

test("without streets a question along them is refused with what to do", async ({ page, server }) => {
  await signIn(page, server.tokens.analyst);
  await open(page, "#day=2010-10-31&page=studies");
  await askAlong(page);
  await expect(page.locator("#question .form-error")).toContainText("尚未导入道路");
  await expect(page.locator(".asked")).toHaveCount(0);
  // An analyst imports nothing.
  await page.locator("#user").click();
  await expect(page.locator("#account")).toBeVisible();
  await expect(page.locator("#streets-open")).toHaveCount(0);
});

test("the administrator imports a file: what is wrong with another one is said, and it can be done by keyboard", async ({ page, request, server }) => {
  const { bounds } = await ask(request, "/api/site");
  await signIn(page, server.tokens.administrator);
  await open(page);
  await openStreets(page);
  await expect(page.locator("#streets-now")).toContainText("尚未导入道路");
  await page.locator("#streets-file").setInputFiles(file("houses.csv", "house_code,lon,lat\n"));
  await page.locator("#streets-import").click();
  await expect(page.locator("#streets .form-error")).toContainText("这不是 OpenStreetMap 文件");
  await expect(page.locator("#streets-file")).toBeFocused();
  await page.locator("#streets-file").setInputFiles(file("town.osm", town(bounds)));
  await page.locator("#streets-import").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#streets-said")).toContainText("已导入");
  await expect(page.locator("#streets .form-error")).toBeEmpty();
  await expect(page.locator("#streets-now")).toContainText("town.osm");
  await expect(page.locator("#streets-now")).toContainText("OpenStreetMap contributors");
  expect(await grave(page)).toEqual([]);
  await shoot(page, "streets-imported");
  await page.locator("#streets-file").setInputFiles(file("town.osm", town(bounds)));
  await page.locator("#streets-import").click();
  await expect(page.locator("#streets-said")).toContainText("没有改动");
});

test("then neighbours are those along the streets, and the card says so", async ({ page, server }) => {
  await signIn(page, server.tokens.analyst);
  await open(page, "#day=2010-10-31&page=studies");
  await askAlong(page);
  await expect(page.locator("#result-head")).toHaveText(/^1\./, { timeout: 60_000 });
  await expect(page.locator("#result")).toContainText("沿路步行");
  await page.locator("#result .settings summary").last().click();
  await expect(page.locator("#result .rests")).toContainText("OpenStreetMap contributors");
  await page.locator("#card-again").click();
  await expect(page.locator("#again-said")).toContainText("完全相同");
  await page.locator("#result .rests").scrollIntoViewIfNeeded();
  expect(await grave(page)).toEqual([]);
  await shoot(page, "streets-card");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark", locale: "en-GB" });

  test("the streets fit, and what is touched is large enough", async ({ page, server }) => {
    await signIn(page, server.tokens.administrator);
    await open(page);
    await openStreets(page);
    await expect(page.locator("#streets-now")).toContainText("town.osm");
    const small = await page.locator("#streets button:visible, #streets input:visible, #streets summary:visible").evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.id || one.textContent));
    expect(small).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await grave(page)).toEqual([]);
    await shoot(page, "streets-phone");
  });
});

test("a cancelled import is said to have changed nothing only where that is so", async ({ page, request, server }) => {
  const { bounds } = await ask(request, "/api/site");
  await signIn(page, server.tokens.administrator);
  await open(page);
  await openStreets(page);
  await expect(page.locator("#streets-now")).toContainText("town.osm");
  const later = `${town(bounds)}<!-- later -->`;
  let isStored = false;
  let reached;
  await page.route("**/api/streets?*", async (route) => { // held, so that it can be cancelled
    if (isStored) await request.post("/api/streets?name=later.osm", { data: Buffer.from(later), headers: { Authorization: `Bearer ${server.tokens.administrator}`, "Content-Type": "application/octet-stream" } });
    reached();
  });
  const cancelled = async () => {
    const held = new Promise((done) => { reached = done; });
    await page.locator("#streets-file").setInputFiles(file("later.osm", later));
    await page.locator("#streets-import").click();
    await held;
    await page.locator("#streets-cancel").click();
  };
  await cancelled();
  await expect(page.locator("#streets-said")).toHaveText("已取消，没有改动。");
  await expect(page.locator("#streets-now")).toContainText("town.osm");
  // Now the server has stored it when the cancel comes.
  isStored = true;
  await cancelled();
  await expect(page.locator("#streets-said")).toContainText("导入完成");
  await expect(page.locator("#streets-now")).toContainText("later.osm");
});
