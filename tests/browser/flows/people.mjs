// People on the house card: masked rows, one person shown for a purpose and gone again, moving in and out.
import { ask, expect, grave, open, settled, signIn, test } from "../sanshi.mjs";

const DAY = "2010-10-31";
/** Valid in form, with an area code that no place has. */
const NUMBER = "990000199001010018";

/** A let house with lodgers. */
async function letHouse(request, server) {
  const world = { type: "Polygon", coordinates: [[[60, -60], [160, -60], [160, 80], [60, 80], [60, -60]]] };
  const { features } = await ask(request, `/api/areas/houses?date=${DAY}&limit=60&kind=rental`, world, server.token);
  return features[0].properties.code;
}

test.describe("people", () => {
  test.use({ allowed: /status of (409|422)/ });

  test("one person is shown for a purpose, and disappears after a minute or on closing", async ({ page, request, server }) => {
    const code = await letHouse(request, server);
    const { residents } = await ask(request, `/api/houses/${code}/residents?date=${DAY}`, undefined, server.token);
    const tenant = residents.find((one) => one.registration === "temporary");
    expect(Object.keys(tenant)).not.toContain("name");
    await page.clock.install();
    await signIn(page, server.tokens.officer);
    await open(page, `#sel=${code}&day=${DAY}`);
    const row = page.locator(`#residents li[data-tag="${tenant.tag}"]`);
    await expect(page.locator("#residents li")).toHaveCount(residents.length);
    await expect(page.locator("#residents h3 small")).toContainText("暂住");

    // A case needs its number; the refusal stands in the dialog.
    await row.getByRole("button", { name: /查看/ }).click();
    await page.locator("#reveal-purpose").selectOption("case");
    await page.locator("#reveal [type=submit]").click();
    await expect(page.locator("#reveal .field-error")).toBeVisible();
    await page.locator("#reveal-purpose").selectOption("visit");
    const [answer] = await Promise.all([page.waitForResponse(/reveal$/), page.locator("#reveal [type=submit]").click()]);
    expect([answer.status(), answer.headers()["cache-control"]]).toEqual([200, "no-store"]);
    const person = await answer.json();
    expect(person.id_number).toMatch(/^990000/);
    await expect(page.locator("#reveal .revealed")).toContainText(person.name);
    await expect(page.locator("#reveal .revealed")).toContainText(person.id_number);
    expect(await grave(page)).toEqual([]);
    await page.clock.fastForward(61_000);
    await expect(page.locator("#reveal")).toHaveCount(0);
    expect(await page.content()).not.toContain(person.id_number);

    await row.getByRole("button", { name: /查看/ }).click();
    await page.locator("#reveal [type=submit]").click();
    await expect(page.locator("#reveal .revealed")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.locator("#reveal")).toHaveCount(0);
    expect(await page.content()).not.toContain(person.id_number);
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]))).not.toContain(person.id_number);
  });

  test("a person reads on paper what is kept and who looked, and it stays nowhere", async ({ page, request, server }) => {
    const code = await letHouse(request, server);
    const { residents } = await ask(request, `/api/houses/${code}/residents?date=${DAY}`, undefined, server.token);
    const tenant = residents.find((one) => one.registration === "temporary");
    await page.addInitScript(() => { window.print = () => { document.documentElement.dataset.printed = document.getElementById("printout")?.textContent ?? ""; }; });
    await signIn(page, server.tokens.officer);
    await open(page, `#sel=${code}&day=${DAY}`);
    await page.locator(`#residents li[data-tag="${tenant.tag}"]`).getByRole("button", { name: /本人查阅/ }).click();
    await expect(page.locator("#file-purpose")).toHaveValue("person_asked");
    const [answer] = await Promise.all([page.waitForResponse(/\/file$/), page.locator("#file [type=submit]").click()]);
    expect([answer.status(), answer.headers()["cache-control"]]).toEqual([200, "no-store"]);
    const { person, residencies } = await answer.json();
    const sheet = page.locator("#file .person-file");
    for (const text of [person.name, person.id_number, residencies[0].address, "本人申请"]) await expect(sheet).toContainText(text);
    expect(await grave(page)).toEqual([]);
    await page.locator("#file-print").click();
    await expect(page.locator("html")).toHaveAttribute("data-printed", new RegExp(`${person.name}[^]*${person.id_number}[^]*本人申请`));
    await page.evaluate(() => { delete document.documentElement.dataset.printed; window.dispatchEvent(new Event("afterprint")); });
    await page.keyboard.press("Escape");
    await expect(page.locator("#file")).toHaveCount(0);
    expect(await page.content()).not.toContain(person.id_number);
  });

  test("somebody moves in and out, and a wrong number is named at its field", async ({ page, request, server }) => {
    const code = await letHouse(request, server);
    const { today } = await ask(request, "/api/site");
    await signIn(page, server.tokens.assistant);
    await open(page, `#sel=${code}&day=${today}`);
    const rows = page.locator("#residents li");
    const before = await rows.count();
    await expect(page.getByRole("button", { name: /^查看/ })).toHaveCount(0);
    await page.locator("#join-open").click();
    await page.locator("#join-name").fill("周敏");
    await page.locator("#join-id").fill(`${NUMBER.slice(0, 17)}9`);
    await page.locator("#join-from").fill("2015-03-01");
    await page.locator("#join [type=submit]").click();
    await expect(page.locator('#join [data-field="id_number"] .field-error')).toBeVisible();
    await page.locator("#join-id").fill("");
    await page.locator("#join [type=submit]").click();
    await expect(page.locator("#join")).toHaveCount(0);
    await settled(page);
    await expect(rows).toHaveCount(before + 1);
    await rows.last().getByRole("button", { name: /迁出/ }).click();
    await page.locator("#leave-to").fill("2015-04-01");
    await page.locator("#leave [type=submit]").click();
    await settled(page);
    await expect(rows).toHaveCount(before);
  });

  test("the public sees nothing of people", async ({ page, request, server }) => {
    const code = await letHouse(request, server);
    await open(page, `#sel=${code}&day=${DAY}`);
    await expect(page.locator("#card .face")).toBeVisible();
    await expect(page.locator("#residents, #units")).toHaveCount(0);
  });
});
