// The first start, an account of an officer, a second factor, signing in with it and out again.
import { createHmac } from "node:crypto";
import { expect, grave, open, shoot, test } from "../sanshi.mjs";

test.use({ serverCommand: ["serve"], withKey: true, allowed: /status of 401/ });
test.describe.configure({ mode: "serial" });

const ROOT = { name: "root", password: "the first administrator" };
const LI = { name: "李娜", password: "a password of an officer" };

/** What an authenticator shows for a secret (RFC 6238), some steps on. */
function codeOf(secret, on = 0) {
  const bits = [...secret.replace(/\s/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + on));
  const hash = createHmac("sha1", key).update(step).digest();
  return String((hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function signIn(page, { name, password }, code) {
  await page.locator("#user").click();
  await page.locator("#signin-name").fill(name);
  await page.locator("#signin-password").fill(password);
  await page.keyboard.press("Enter");
  if (!code) return expect(page.locator("#signin")).toHaveCount(0);
  await expect(page.locator("#signin-code")).toBeFocused();
  await page.locator("#signin-code").fill(code);
  await page.keyboard.press("Enter");
}

test("the first administrator is made with the code that the server printed", async ({ page, server }) => {
  await page.goto("/?test=1");
  await expect(page.locator("#first-start")).toBeVisible();
  await page.locator("#first-code").fill("AAAA-AAAA-AAAA-AAAA");
  await page.locator("#first-name").fill(ROOT.name);
  await page.locator("#first-password").fill(ROOT.password);
  await page.keyboard.press("Enter");
  await expect(page.locator("#first-start .form-error")).not.toBeEmpty();
  await shoot(page, "accounts-1-first-start");
  expect(await grave(page)).toEqual([]);
  await page.locator("#first-code").fill(server.firstCode());
  await page.keyboard.press("Enter");
  await expect(page.locator("#first-start")).toHaveCount(0);
  await expect(page.locator("#user-name")).toHaveText(ROOT.name);

  await page.locator("#user").click();
  await page.locator("#accounts-open").click();
  await page.locator("#account-add-open").click();
  await page.locator("#account-name").fill(LI.name);
  await page.locator("#account-password").fill("short");
  await page.locator("#account-areas").fill("320412001");
  await page.locator("#account-password").fill(LI.password);
  await shoot(page, "accounts-2-add");
  await page.locator("#account-add [type=submit]").click();
  await expect(page.locator(`#accounts [data-account="${LI.name}"]`)).toContainText("320412001");
  await expect(page.locator("#account-add")).toHaveCount(0);
  await shoot(page, "accounts-3-accounts");
  expect(await grave(page)).toEqual([]);

  // Nobody is asked again: the address is gone.
  await page.goto("/?test=1#lang=en");
  await page.reload();
  await expect(page.locator("#user-name")).toHaveText(ROOT.name);
  await expect(page.locator("#first-start")).toHaveCount(0);
});

test("an officer turns on a second factor, signs in with it, and out", async ({ page }) => {
  await open(page);
  await page.locator("#user").click();
  await page.locator("#signin-name").fill(LI.name);
  await page.locator("#signin-password").fill("not the password");
  await page.keyboard.press("Enter");
  await expect(page.locator("#signin .form-error")).not.toBeEmpty();
  expect(await grave(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await signIn(page, LI);
  await expect(page.locator("#user-name")).toHaveText(LI.name);
  await page.locator("#user").click();
  await expect(page.locator("#accounts-open")).toHaveCount(0);
  await shoot(page, "accounts-4-account");
  await page.locator("#totp-open").click();
  await page.locator("#totp-password").fill(LI.password);
  await page.keyboard.press("Enter");
  await expect(page.locator("#totp-confirm img.qr")).toBeVisible();
  expect(await page.locator("#totp-confirm img.qr").evaluate((img) => img.naturalWidth)).toBeGreaterThan(0);
  const secret = await page.locator("#totp-secret").textContent();
  await shoot(page, "accounts-5-second-factor");
  expect(await grave(page)).toEqual([]);
  const first = codeOf(secret);
  await page.locator("#totp-code").fill(first);
  await page.keyboard.press("Enter");
  await expect(page.locator("#totp-confirm")).toHaveCount(0);

  await page.locator("#user").click();
  await page.locator("#account footer button").click();
  await expect(page.locator("#user")).not.toHaveClass(/\bin\b/);
  // A code counts once: the one that turned it on opens nothing.
  await signIn(page, LI, first);
  await expect(page.locator("#signin .form-error")).not.toBeEmpty();
  await page.locator("#signin-code").fill(codeOf(secret, 1)); // clocks differ: the next one is taken already
  await shoot(page, "accounts-6-code");
  await page.keyboard.press("Enter");
  await expect(page.locator("#user-name")).toHaveText(LI.name);
  await page.reload();
  await expect(page.locator("#user-name")).toHaveText(LI.name);
  await page.locator("#user").click();
  await page.locator("#account footer button").click();
  await page.reload();
  await expect(page.locator("#user")).not.toHaveClass(/\bin\b/);
});

test.describe("on a phone, in English", () => {
  test.use({ viewport: { width: 390, height: 780 }, locale: "en-GB" });

  test("signing in and the accounts fit", async ({ page }) => {
    await open(page);
    await page.locator("#user").click();
    await shoot(page, "accounts-7-phone-sign-in");
    await page.keyboard.press("Escape");
    await signIn(page, ROOT);
    await page.locator("#user").click();
    await page.locator("#accounts-open").click();
    await expect(page.locator(`#accounts [data-account="${LI.name}"]`)).toBeVisible();
    await shoot(page, "accounts-8-phone-accounts");
    expect(await grave(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });
});
