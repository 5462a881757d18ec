// The auditor reads what was done, and sees that nobody touched it.
import { ask, expect, grave, open, shoot, signIn, test } from "../sanshi.mjs";

test("the auditor reads who did what, and sees that the audit is whole", async ({ page, server, request }) => {
  const rented = await ask(request, "/api/areas/houses?bbox=100,20,130,40&kind=rental&limit=1", undefined, server.tokens.officer);
  const { code } = rented.features[0].properties;
  await ask(request, `/api/houses/${code}/events`, { date: "2010-10-30", kind: "lead" }, server.tokens.officer);
  await signIn(page, server.tokens.auditor);
  await open(page);
  await page.locator("#user").click();
  await page.locator("#audit-open").click();
  await expect(page.locator("#audit-verdict")).toHaveClass(/good/);
  const first = page.locator("#audit tbody tr").first();
  await expect(first).toContainText(code);
  await expect(first).toContainText("127.0.0.1");
  await expect(first).toContainText("lead");

  await page.locator("#audit-action").selectOption("import");
  await expect(page.locator("#audit tbody tr").first()).not.toContainText(code);
  await page.locator("#audit-action").selectOption("");
  await page.locator("#audit-subject").fill(code);
  await expect(page.locator("#audit tbody tr")).toHaveCount(1);
  await page.locator("#audit-subject").fill("");
  await expect(page.locator("#audit tbody tr").nth(1)).toBeVisible();
  expect(await grave(page)).toEqual([]);
  await shoot(page, "audit");
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, "audit-phone");
});

test("an officer has no audit to open", async ({ page, server }) => {
  await signIn(page, server.tokens.officer);
  await open(page);
  await page.locator("#user").click();
  await expect(page.locator("#account")).toBeVisible();
  await expect(page.locator("#audit-open")).toHaveCount(0);
});
