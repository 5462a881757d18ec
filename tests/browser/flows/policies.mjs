// The policies: everybody reads, the administrator edits a copy, checks, simulates, cancels, activates.
import { expect, grave, open, settled, shoot, signIn, test } from "../sanshi.mjs";

const edit = (page, from, to) => page.locator("#policy-draft").evaluate((area, [from, to]) => {
  if (!area.value.includes(from)) throw new Error(`the policy has no ${from}`);
  area.value = area.value.replace(from, to);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}, [from, to]);

test("everybody may read the policy, from the card too, and nobody of the public may edit it", async ({ page }) => {
  await open(page, "#page=policies");
  await expect(page.locator("#policy-text")).toHaveValue(/rated_from/);
  await expect(page.locator(".edition")).not.toHaveCount(0);
  await expect(page.locator("#policy-edit")).toHaveCount(0);
  expect(await grave(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.locator("#policies")).toBeHidden();
  await page.locator("#houses .row").first().click();
  await page.locator("#card .policy button").click();
  await expect(page.locator("#policy-text")).toBeVisible();
});

for (const [scheme, locale] of [["light", "zh-CN"], ["dark", "en-GB"]]) {
  test.describe(`the administrator, ${scheme}`, () => {
    test.use({ colorScheme: scheme, locale, allowed: /status of (409|422)/ });
    test.setTimeout(180_000);

    test("a copy is edited, checked, simulated, cancelled and activated", async ({ page, request, server }) => {
      await signIn(page, server.tokens.administrator);
      await open(page, "#page=policies&day=2010-10-31");
      await page.locator("#policy-edit").click();
      await expect(page.locator("#policy-draft")).toBeFocused();

      // A fault shows its line, and the caret goes there.
      await edit(page, "[kinds.lead]", "[kinds.lead]\norigin = 3");
      await page.locator("#policy-check").click();
      await expect(page.locator("#policy-word .fault")).toContainText("origin");
      const [line, selected] = await page.locator("#policy-draft").evaluate((area) => [area.value.slice(0, area.selectionStart).split("\n").length, area.value.slice(area.selectionStart, area.selectionEnd)]);
      expect(selected).toBe("origin = 3");
      await expect(page.locator("#policy-word")).toContainText(String(line));
      await expect(page.locator(".line-numbers .bad")).toHaveText(String(line));
      await edit(page, "\norigin = 3", "");
      await edit(page, "always = 10", "always = 3");
      await page.locator("#policy-check").click();
      await expect(page.locator("#policy-word .fine")).toBeVisible();

      // Cancel ends the request.
      await page.route("**/api/policies/simulate*", () => {}); // an answer that never comes
      const ended = page.waitForEvent("requestfailed", (one) => one.url().includes("simulate"));
      await page.locator("#policy-simulate").click();
      await expect(page.locator(".running progress")).toBeVisible();
      await page.locator("#simulate-cancel").click();
      await ended;
      await expect(page.locator(".running")).toHaveCount(0);
      await expect(page.locator("#policy-draft")).toHaveValue(/always = 3/);
      await page.unroute("**/api/policies/simulate*");

      // The difference: as many flips in words, list, file and on the map.
      await page.locator("#policy-simulate").click();
      const answer = await request.post("/api/policies/simulate?date=2010-10-31", {
        data: await page.locator("#policy-draft").inputValue(), headers: { Authorization: `Bearer ${server.tokens.administrator}`, "Content-Type": "text/x-toml" },
      });
      const { result } = (await answer.text()).trim().split("\n").map((one) => JSON.parse(one)).find((one) => one.result);
      expect(result.flips.length).toBeGreaterThan(0);
      await expect(page.locator("#difference-said")).toContainText(String(result.flips.length));
      await expect(page.locator("#diff-shares [data-share=\"half_or_more\"]")).toBeVisible(); // whom it hits, by share of temporary residents
      await expect(page.locator(".flip")).toHaveCount(Math.min(result.flips.length, 200));
      await settled(page);
      await page.locator("#fit").click();
      await settled(page);
      const ringed = await page.evaluate(() => window.__map.querySourceFeatures("flips").length);
      expect(ringed).toBeGreaterThan(0);
      const seen = await page.evaluate(() => new Set(window.__map.queryRenderedFeatures({ layers: ["flips"] }).map((one) => one.geometry.coordinates.map((x) => x.toFixed(5)).join())).size);
      expect(seen).toBe(result.flips.length);
      const moved = result.moves.flatMap((row, from) => row.filter((_, to) => to !== from)).reduce((sum, count) => sum + count, 0);
      expect(moved).toBe(result.flips.length);
      const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#flips-csv").click()]);
      let text = "";
      for await (const piece of await file.createReadStream()) text += piece;
      expect(text.trim().split("\r\n")).toHaveLength(result.flips.length + 1);
      await page.locator("#policies").evaluate((room) => { room.scrollTop = room.querySelector("#difference").offsetTop - 45; });
      await shoot(page, `18-difference-${scheme}`);
      expect(await grave(page)).toEqual([]);
      await page.locator(".flip").first().click();
      await expect(page.locator("#card .code").first()).toHaveText(await page.locator(".flip").first().getAttribute("data-code"));
      await page.keyboard.press("Escape");
      await expect(page.locator("#difference")).toBeVisible();

      // What was edited after the simulation cannot be activated.
      await edit(page, "always = 3", "always = 4");
      await expect(page.locator("#policy-activate")).toBeDisabled();
      await edit(page, "always = 4", "always = 3");
      await page.locator("#policy-activate").click();
      const day = await page.locator("#activate-from").evaluate((input, more) => new Date(Date.parse(input.min) + more * 86_400_000).toISOString().slice(0, 10), scheme === "light" ? 40 : 50);
      await page.locator("#activate-from").fill(day);
      expect(await grave(page)).toEqual([]);
      await page.locator("#activate [type=submit]").click();
      await expect(page.locator("#activate")).toHaveCount(0);
      await expect(page.locator("#policy-text")).toBeVisible();
      await expect(page.locator(".edition").first()).toContainText(scheme === "light" ? "待生效" : "to come");

      // A day has one edition.
      await page.locator("#policy-edit").click();
      await edit(page, "always = ", "always =  ");
      await page.locator("#policy-simulate").click();
      await page.locator("#policy-activate").click();
      await page.locator("#activate-from").fill(day);
      await page.locator("#activate [type=submit]").click();
      await expect(page.locator("#activate .form-error")).toContainText(scheme === "light" ? "换一天" : "another");
    });
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });

  test("work and policies can be read and touched", async ({ page, server }) => {
    await signIn(page, server.tokens.administrator);
    await open(page);
    for (const name of ["tasks", "policies"]) {
      if (name === "tasks") await page.locator("#tasks-open").tap();
      else await page.goto("/?test=1#page=policies").then(() => page.reload());
      await expect(page.locator(name === "tasks" ? "#group-reviews" : "#policy-text")).toBeVisible();
      await settled(page);
      for (const button of await page.locator(`#${name} button:visible`).all()) expect((await button.boundingBox()).height, await button.textContent()).toBeGreaterThanOrEqual(43);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(await grave(page)).toEqual([]);
      await shoot(page, `19-phone-${name}`);
    }
  });
});
