// Rounds: what is due, planning, changing by hand, planning again; and walking one with the line cut.
import { ask, expect, grave, open, settled, shoot, signIn, test } from "../sanshi.mjs";

const plusDays = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
const headers = (token) => ({ Authorization: `Bearer ${token}` });

/** An area where some visits are due, few enough to be walked in a day. */
async function smallArea(request, token) {
  const { areas } = await ask(request, "/api/inspections/load", undefined, token);
  return areas.filter(({ due }) => due >= 6 && due <= 11).sort((a, b) => b.due - a.due)[0].area_code;
}

/** Plans a round as the page does, without the page. */
async function planned(request, token, draft) {
  const answer = await request.post("/api/rounds", { data: draft, headers: headers(token) });
  const last = JSON.parse((await answer.text()).trim().split("\n").at(-1));
  expect(last.problem, JSON.stringify(last.problem)).toBeUndefined();
  return last.result.round;
}

const roundOf = (page) => /round=([0-9A-Z]{26})/.exec(page.url())?.[1] ?? "";
const orderOf = (round) => round.teams.map((team) => team.stops.map((stop) => stop.code));
const shownOrder = (page) => page.locator("ol.stops").evaluateAll((lists) => lists.map((list) => [...list.children].map((item) => item.dataset.code)));

test.describe("planning", () => {
  test.use({ allowed: /status of (409|422)/ });

  test("a round is planned, moved by keyboard and mouse, locked, planned again, and everything can be undone", async ({ page, request, server }) => {
    test.setTimeout(240_000);
    const token = server.tokens.officer;
    const site = await ask(request, "/api/site");
    const area = await smallArea(request, token);
    await signIn(page, token);
    await open(page, "#page=rounds");
    await expect(page.locator("#due .said")).toContainText("到期");
    await expect(page.locator("#due .due-list li").first()).toBeVisible();
    for (const tab of ["areas", "staff", "slips", "houses"]) {
      await page.locator(`#due-${tab}`).click();
      await expect(page.locator("#due [role=status][aria-busy=false]")).toBeVisible();
    }
    expect(await grave(page)).toEqual([]);

    await page.locator("#round-new").click();
    await page.locator("#round-day").fill(plusDays(site.today, 1));
    await page.locator("#round-where").selectOption(area);
    await page.locator("#team-0-members").fill("Li, Wang");
    await page.locator("#team-0-from").fill("late");
    await page.locator("#round-plan").click();
    await expect(page.locator("#round-form .field-error")).toContainText("HH:MM");
    await page.locator("#team-0-from").fill("09:00");
    await page.locator("#team-0-until").fill("16:00");
    await page.locator("#team-add").click();
    await page.locator("#team-1-members").fill("Chen, Zhao");
    await page.locator("#team-1-from").fill("09:00");
    await page.getByRole("button", { name: "在地图上点选" }).nth(1).click();
    await page.locator("#map canvas").click({ position: { x: 300, y: 300 } });
    await expect(page.locator("#team-1-until")).toBeVisible();
    await shoot(page, "rounds-form");
    await page.locator("#round-plan").click();
    await expect(page.locator("#round-said")).toContainText("2 组", { timeout: 60_000 });
    await expect(page).toHaveURL(/round=[0-9A-Z]{26}/);
    const id = roundOf(page);
    const get = () => ask(request, `/api/rounds/${id}`, undefined, token);
    let round = await get();
    const plan = orderOf(round);
    expect(await shownOrder(page)).toEqual(orderOf(round));
    expect(round.teams[1].start).not.toEqual(round.teams[0].start);
    await expect(page.locator("#round-lot")).toContainText(round.seed);
    await settled(page);
    await expect.poll(() => page.evaluate(() => window.__map.queryRenderedFeatures({ layers: ["round-way"] }).length)).toBeGreaterThan(0);
    await shoot(page, "rounds-planned");
    expect(await grave(page)).toEqual([]);

    await page.locator("#round-team").selectOption("1");
    for (const form of ["GPX", "KML"]) {
      const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: form }).click()]);
      expect(file.suggestedFilename()).toContain(`-B.${form.toLowerCase()}`);
    }

    // By the keyboard: the first stop of the longer team one place down.
    const long = round.teams[0].stops.length >= round.teams[1].stops.length ? 0 : 1;
    const [first, second] = orderOf(round)[long];
    await page.locator(`#grip-${first}`).focus();
    await page.keyboard.press("ArrowDown");
    await expect(page.locator("#round-changes")).toContainText("1 站有变动");
    round = await get();
    expect(orderOf(round)[long].slice(0, 2)).toEqual([second, first]);
    expect(await shownOrder(page)).toEqual(orderOf(round));

    // By the mouse: back to where it was.
    const grip = await page.locator(`#grip-${first}`).boundingBox();
    const over = await page.locator(`#grip-${second}`).boundingBox();
    await page.mouse.move(grip.x + 10, grip.y + 20);
    await page.mouse.down();
    await page.mouse.move(over.x + 10, over.y + 20, { steps: 6 });
    await page.mouse.move(over.x + 10, over.y + 6, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => orderOf(await get())[long][0]).toBe(first);
    round = await get();
    await expect.poll(() => shownOrder(page)).toEqual(orderOf(round));

    // Locked ones stay with their team in their order when the rest is planned again.
    await page.locator(`#lock-${first}`).click();
    await expect(page.locator(`#lock-${first}`)).toHaveAttribute("aria-pressed", "true");
    await page.locator("#replan").click();
    await expect(page.locator("#round-changes")).toBeVisible({ timeout: 60_000 });
    round = await get();
    expect(orderOf(round)[long]).toContain(first);
    expect(await shownOrder(page)).toEqual(orderOf(round));

    // Dropped, and brought back as it was.
    const before = orderOf(round);
    await page.locator(`li.stop[data-code="${second}"]`).getByRole("button", { name: /不去/ }).click();
    await expect(page.locator("#dropped li")).toHaveCount(1);
    await page.locator("#round-undo").click();
    await expect(page.locator("#dropped")).toHaveCount(0, { timeout: 60_000 });
    await expect.poll(async () => orderOf(await get())).toEqual(before);

    // Back step by step to the first plan.
    for (const undo = page.locator("#round-undo"); await undo.isEnabled();) {
      await undo.click();
      await expect(page.locator(".progress")).toHaveCount(0, { timeout: 60_000 });
    }
    expect(orderOf(await get())).toEqual(plan);
    await expect(page.locator(`#lock-${first}`)).toHaveAttribute("aria-pressed", "false");
    await page.locator(`#lock-${first}`).click();
    await expect(page.locator(`#lock-${first}`)).toHaveAttribute("aria-pressed", "true");

    // Somebody else was first: the round is shown as it is now, and nothing is lost.
    const other = await request.post(`/api/rounds/${id}/stops/${first}`, { data: { revision: (await get()).revision, act: "unlock" }, headers: headers(token) });
    expect(other.ok()).toBe(true);
    await page.locator(`#lock-${second}`).click();
    await expect(page.locator("#round-faults")).toContainText("他人");
    await expect(page.locator(`#lock-${first}`)).toHaveAttribute("aria-pressed", "false");
  });

  test("planning is cancelled without a trace, and a drawn area becomes a draft in one step", async ({ page, request, server }) => {
    test.setTimeout(150_000);
    const token = server.tokens.officer;
    await signIn(page, token);
    const { rounds: before } = await ask(request, "/api/rounds", undefined, token);
    await open(page);
    await page.locator("#area-keys summary").click();
    await page.locator("#area-view").click();
    await page.locator("#area-round").click();
    await expect(page.locator("#round-where")).toHaveValue("drawn");
    await page.locator("#team-0-until").fill("23:00");
    await page.locator("#team-0-members").fill("Li, Wang");
    await page.route("**/api/rounds", async (route) => { await new Promise((done) => setTimeout(done, 3000)); await route.continue().catch(() => {}); });
    await page.locator("#round-plan").click();
    await page.locator("#round-cancel").click();
    await expect(page.locator("#status")).toContainText("已取消");
    await page.unroute("**/api/rounds");
    expect((await ask(request, "/api/rounds", undefined, token)).rounds.length).toBe(before.length);
    await expect(page.locator("#team-0-members")).toHaveValue("Li, Wang");
  });
});

test.describe("walking, on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, allowed: /ERR_|Failed to load resource|status of/ });

  /** A round of today that is being walked. */
  async function walk(page, request, server, { time = "15:00", ...more } = {}) {
    const token = server.tokens.officer;
    const { today } = await ask(request, "/api/site");
    const { rounds } = await ask(request, "/api/rounds", undefined, token);
    const taken = rounds.filter((one) => one.day === today && !one.evening).length;
    const { areas } = await ask(request, "/api/inspections/load", undefined, token);
    const area = areas.filter(({ due }) => due >= 6).sort((a, b) => a.due - b.due)[taken].area_code;
    const { bounds } = await ask(request, "/api/site");
    const round = await planned(request, token, { day: today, ...(more.from ? {} : { area }), share: 0, teams: [{ name: "A", duty: "officer", members: ["Li", "Wang"], start: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2], from: "08:00", until: "17:30", ...more }] });
    await page.clock.install({ time: `${today}T${time}:00Z` });
    await signIn(page, token);
    await open(page, `#page=walk&round=${round.id}`);
    await expect(page.locator("#next-stop")).toBeVisible();
    return { round, token, stops: round.teams[0].stops };
  }

  const visitsAt = async (request, token, code) => (await ask(request, `/api/houses/${code}/visits`, undefined, token)).visits;

  test("visits made while the line is cut survive a closed tab and arrive once", async ({ page, context, request, server }) => {
    test.setTimeout(180_000);
    const { round, token, stops } = await walk(page, request, server);
    await expect(page.locator("#next-stop")).toHaveAttribute("data-code", stops[0].code);
    await expect(page.locator(".guides a").first()).toHaveAttribute("href", /^geo:/);
    expect(await grave(page)).toEqual([]);
    await shoot(page, "rounds-walk");

    await context.setOffline(true);
    await page.locator("#visit-done").tap();
    await expect(page.locator("#next-stop")).toHaveAttribute("data-code", stops[1].code);
    await page.locator("#visit-nobody").tap();
    await page.locator("#visit-refused").tap();
    await expect(page.locator("#waits-count")).toContainText("3");
    await expect(page.locator("#waits")).toContainText("没有网络");
    await shoot(page, "rounds-walk-offline");
    // The last tap is taken back, and made again otherwise.
    await page.locator("#visit-undo").tap();
    await expect(page.locator("#waits-count")).toContainText("2");
    await expect(page.locator("#next-stop")).toHaveAttribute("data-code", stops[2].code);
    await page.locator("#visit-done").tap();
    await expect(page.locator("#waits-count")).toContainText("3");
    await page.clock.fastForward(12_000);
    await expect(page.locator("#visit-undo")).toHaveCount(0);
    for (const stop of stops.slice(0, 3)) expect(await visitsAt(request, token, stop.code)).toHaveLength(0);

    await page.close();
    await context.setOffline(false);
    const again = await context.newPage();
    await signIn(again, token);
    await again.goto(`/?test=1#page=walk&round=${round.id}`);
    await expect(again.locator("#waits-count")).toContainText("3 次走访已存好", { timeout: 30_000 });
    const outcomes = ["done", "nobody_home", "done"];
    for (const [i, stop] of stops.slice(0, 3).entries()) {
      const visits = await visitsAt(request, token, stop.code);
      expect(visits.map((visit) => [visit.outcome, visit.round])).toEqual([[outcomes[i], round.id]]);
    }
    const after = await ask(request, `/api/rounds/${round.id}`, undefined, token);
    expect(after.teams[0].stops.slice(0, 3).map((stop) => stop.state)).toEqual(outcomes);
    await expect(again.locator("#next-stop")).toHaveAttribute("data-code", after.teams[0].stops.find((stop) => stop.state === "planned").code);
    await again.close();
  });

  test("a visit whose answer is lost is sent again and stays one; a refused one is shown until it is put right", async ({ page, request, server }) => {
    test.setTimeout(150_000);
    const { token, stops } = await walk(page, request, server);
    let lost = 0;
    await page.route("**/api/houses/*/visits", async (route) => {
      if (route.request().method() !== "POST" || lost++) return route.continue();
      await route.fetch(); // it is stored, but nobody hears of it
      await route.abort("connectionreset");
    });
    await page.locator("#visit-done").tap();
    await page.clock.fastForward(11_000);
    await expect.poll(() => lost).toBe(1);
    await page.clock.fastForward(5_000);
    await expect(page.locator("#waits-count")).toContainText("1 次走访已存好", { timeout: 30_000 });
    expect(lost).toBeGreaterThan(1);
    expect(await visitsAt(request, token, stops[0].code)).toHaveLength(1);
    await page.unroute("**/api/houses/*/visits");

    let refused = 0;
    await page.route("**/api/houses/*/visits", (route) => (route.request().method() === "POST" && !refused++
      ? route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify({ code: "invalid", title: "Refused", title_zh: "不行", status: 422, errors: [{ field: "at", expected: "another time" }] }) }) : route.continue()));
    await page.locator("#visit-nobody").tap();
    await page.clock.fastForward(11_000);
    await expect(page.locator("#waits .refusals li")).toContainText("不行");
    await expect(page.locator("#waits .refusals li")).toContainText("another time");
    await page.locator("#waits .refusals").getByRole("button", { name: "再试" }).tap();
    await page.clock.fastForward(2_000);
    await expect(page.locator("#waits-count")).toContainText("2 次走访已存好", { timeout: 30_000 });
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, location.href]));
    expect(kept).not.toContain(stops[1].address);
  });

  test("a visit that the server fails over keeps nobody back, is told with its reason, and goes when it can", async ({ page, request, server }) => {
    test.setTimeout(150_000);
    const { token, stops } = await walk(page, request, server);
    const failing = `**/api/houses/${stops[0].code}/visits`;
    await page.route(failing, (route) => (route.request().method() === "POST"
      ? route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ code: "internal", title: "Something broke", title_zh: "出了故障", status: 500 }) }) : route.continue()));
    await page.locator("#visit-done").tap();
    await expect(page.locator("#next-stop")).toHaveAttribute("data-code", stops[1].code);
    await page.locator("#visit-nobody").tap();
    await page.clock.fastForward(11_000);
    await expect.poll(() => visitsAt(request, token, stops[1].code).then((visits) => visits.length)).toBe(1);
    expect(await visitsAt(request, token, stops[0].code)).toHaveLength(0);
    for (let tries = 0; tries < 3; tries++) {
      await settled(page);
      await page.clock.fastForward(9_000);
    }
    await expect(page.locator("#waits .refusals li")).toContainText("出了故障");
    await page.unroute(failing);
    await page.locator("#waits .refusals").getByRole("button", { name: "再试" }).tap();
    await expect(page.locator("#waits-count")).toContainText("2 次走访已存好", { timeout: 30_000 });
    await expect(page.locator("#waits .refusals")).toHaveCount(0);
    expect((await visitsAt(request, token, stops[0].code)).map((visit) => visit.outcome)).toEqual(["done"]);
  });

  test("visits to one house arrive in the order in which they were made, however long the line was cut", async ({ page, request, server }) => {
    test.setTimeout(150_000);
    const { round, token, stops } = await walk(page, request, server);
    let isCut = true, tried = 0;
    const arrived = [];
    await page.route("**/api/houses/*/visits", (route) => {
      if (route.request().method() !== "POST") return route.continue();
      if (isCut) { tried += 1; return route.abort("internetdisconnected"); }
      arrived.push(route.request().postDataJSON().outcome);
      return route.continue();
    });
    await page.locator("#visit-nobody").tap();
    for (let tries = 0; tries < 4; tries++) {
      await page.clock.fastForward(61_000);
      await expect.poll(() => tried).toBeGreaterThan(tries);
    }
    // On the way back somebody is home.
    await page.locator(`.walk-stops button[data-code="${stops[0].code}"]`).tap();
    await page.locator("#visit-done").tap();
    await page.clock.fastForward(12_000);
    isCut = false;
    await page.clock.fastForward(61_000);
    await expect(page.locator("#waits-count")).toContainText("2 次走访已存好", { timeout: 30_000 });
    expect(arrived).toEqual(["nobody_home", "done"]);
    expect((await ask(request, `/api/rounds/${round.id}`, undefined, token)).teams[0].stops.find((stop) => stop.code === stops[0].code).state).toBe("done");
  });

  test("a visit voided on another device opens its stop here too, once the round comes anew", async ({ page, request, server }) => {
    test.setTimeout(150_000);
    const { token, stops } = await walk(page, request, server);
    await page.locator("#visit-done").tap();
    await page.clock.fastForward(11_000);
    await expect(page.locator("#waits-count")).toContainText("1 次走访已存好", { timeout: 30_000 });
    await expect(page.locator("#next-stop")).toHaveAttribute("data-code", stops[1].code);
    const [visit] = await visitsAt(request, token, stops[0].code);
    const voided = await request.post(`/api/visits/${visit.id}/void`, { data: { reason: "走错了门。" }, headers: headers(token) });
    expect((await voided.json()).stop).toBe("planned");
    await page.reload();
    await expect(page.locator("#next-stop")).toHaveAttribute("data-code", stops[0].code);
    await page.locator("#visit-nobody").tap();
    await page.clock.fastForward(11_000);
    await expect(page.locator("#waits-count")).toContainText("1 次走访已存好", { timeout: 30_000 });
    expect((await visitsAt(request, token, stops[0].code)).map((one) => [one.outcome, one.voided])).toEqual([["done", true], ["nobody_home", false]]);
  });

  test("an evening round is dark, and its checks name who comes along", async ({ page, request, server }) => {
    test.setTimeout(150_000);
    const { round, token, stops } = await walk(page, request, server, { time: "19:30", from: "18:30", until: "21:00" });
    expect(round.evening).toBe(true);
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await page.locator("#walk-second").fill("");
    await page.locator("#next-stop h3").tap();
    await page.locator("#walk-second").fill("Wang");
    await page.locator("#next-stop h3").tap();
    await shoot(page, "rounds-evening");
    expect(await grave(page)).toEqual([]);
    await page.locator("#visit-nobody").tap();
    await page.clock.fastForward(11_000);
    await expect(page.locator("#waits-count")).toContainText("1 次走访已存好", { timeout: 30_000 });
    const [visit] = await visitsAt(request, token, stops[0].code);
    expect([visit.evening, visit.second, visit.at]).toEqual([true, "Wang", "19:30"]);
  });

  test("findings recorded on the way are found on the house's card with the visit; voided, its stop is open again", async ({ page, request, server }) => {
    test.setTimeout(150_000);
    const { round, token, stops } = await walk(page, request, server);
    await page.locator("#visit-findings").tap();
    await page.locator('#findings input[name="hazard"][value="no"] + span').tap();
    await shoot(page, "rounds-findings");
    await page.locator("#findings [type=submit]").tap();
    await expect(page.locator("#findings")).toHaveCount(0);
    await page.clock.fastForward(11_000);
    await expect(page.locator("#waits-count")).toContainText("1 次走访已存好", { timeout: 30_000 });
    const [visit] = await visitsAt(request, token, stops[0].code);
    expect(visit.event_id).not.toBeNull();
    await page.goto(`/?test=1#sel=${stops[0].code}&day=${visit.date}`);
    await page.reload();
    await expect(page.locator("#visits .visits li")).toContainText("有记录");
    // It was the wrong door: the stop is to be visited again, on this very phone too.
    await page.locator("#visits .visits li").getByRole("button", { name: "作废" }).tap();
    await page.locator("#void-visit-reason").fill("走错了门。");
    await shoot(page, "rounds-void");
    await page.locator("#void-visit [type=submit]").tap();
    await expect(page.locator(".toast")).toContainText("重新待访");
    await expect(page.locator("#visits .visits li")).toHaveClass(/voided/);
    await page.goto(`/?test=1#page=walk&round=${round.id}`);
    await page.reload();
    await expect(page.locator("#next-stop")).toHaveAttribute("data-code", stops[0].code);
    await expect(page.locator("#visit-done")).toBeVisible();
    await page.goto(`/?test=1#sel=${stops[1].code}&day=${visit.date}`);
    await page.reload();
    await expect(page.locator("#visits .due-next li").first()).toContainText(/逾期|今天到期/);
  });
});

test("the public sees no rounds and no visits", async ({ page }) => {
  await open(page, "#page=rounds");
  await expect(page.locator("#rounds-open")).toBeHidden();
  await expect(page.locator("#rounds")).toBeHidden();
  await expect(page.locator("#list-room")).toBeVisible();
});
