import { after, before, test } from "node:test";
import { assert, launch, open, serve, signIn } from "./harness.mjs";

let browser, server, page, context;
before(async () => {
  [server, browser] = [await serve(), await launch()];
  ({ page, context } = await signIn(browser, server));
});
after(async () => {
  await context?.close();
  await browser?.close();
  await server?.stop();
});

const firstAnswer = () => page.locator(".time-row").first().locator(".time-answer").textContent();

test("the slider moves the answers over the known-from days and asks the server nothing", async () => {
  await open(page, "time");
  const slider = page.getByRole("slider", { name: "Known by" });
  assert.match(await firstAnswer(), /almost certain/);
  const requests = [];
  page.on("request", (request) => request.url().includes("/api/") && requests.push(request.url()));
  await slider.focus();
  await page.keyboard.press("Home");
  assert.match(await firstAnswer(), /^open/);
  for (let step = 0; step < 2; ++step) await page.keyboard.press("ArrowRight");
  assert.equal(await page.textContent(".time-date"), "4 August 2022");
  assert.equal(await slider.getAttribute("aria-valuetext"), "4 August 2022, day 3 of 12");
  assert.match(await firstAnswer(), /Actors working for Iranian goals.*likely 73/);
  assert.deepEqual(requests, []);
});

test("a click into a course moves to that day; the address keeps it", async () => {
  await open(page, "time");
  const box = await page.locator(".course").first().boundingBox();
  await page.mouse.click(box.x + (box.width * 4.5) / 12, box.y + box.height / 2);
  assert.equal(await page.textContent(".time-date"), "8 September 2022");
  assert.match(page.url(), /as_of=2022-09-08/);
  await page.reload();
  await page.waitForSelector(".time-date");
  assert.equal(await page.textContent(".time-date"), "8 September 2022");
});

test("what became known on a day is listed with what it moved", async () => {
  await open(page, "time?as_of=2022-09-08");
  const news = page.locator(".news li");
  assert.equal(await news.count(), 12);
  assert.match(await page.locator(".news li", { hasText: "A14" }).first().textContent(), /\+0\.07/);
});
