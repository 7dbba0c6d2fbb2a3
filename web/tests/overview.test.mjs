// What a new user looks for first: the answer on a day, how sure, and what moves it most.
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

const question = (id) => page.locator(`#question-${id}`);

test("on 4 August 2022 the answer is likely, with moderate confidence apart from it", async () => {
  await open(page, "overview?as_of=2022-08-04");
  const nexus = question("nexus");
  assert.equal(await nexus.locator(".question-answer").textContent(), "Actors working for Iranian goals");
  assert.match(await nexus.locator(".question-line").textContent(), /^likely · 73/);
  assert.equal(await nexus.locator(".confidence").textContent(), "moderate");
  assert.match(await nexus.locator(".question-foot").textContent(), /Moves it most: A04b .* changes the answer/);
  assert.match(await question("organ").locator(".question-answer").textContent(), /Not assessed/);
});

test("on 8 September 2022 it is almost certain, and A14 moves it most", async () => {
  await open(page, "overview?as_of=2022-09-08");
  const nexus = question("nexus");
  assert.match(await nexus.locator(".question-line").textContent(), /^almost certain/);
  assert.equal(await nexus.locator(".confidence").textContent(), "high");
  assert.match(await nexus.locator(".question-foot").textContent(), /Moves it most: A14/);
});

test("the day is chosen in one control that stays where it is", async () => {
  await open(page, "overview");
  await page.getByRole("combobox", { name: "As of" }).selectOption("2022-08-04");
  await page.waitForFunction(() => document.querySelector(".view-note")?.textContent.includes("4 August 2022"));
  await page.getByRole("link", { name: "Evidence" }).first().click();
  await page.waitForSelector(".evidence");
  assert.match(page.url(), /as_of=2022-08-04/);
});

test("words follow the chosen yardstick, numbers do not change", async () => {
  await open(page, "overview?as_of=2022-09-08");
  const before = await question("direction").locator(".answer-mid").allTextContents();
  await page.getByText("US ICD 203", { exact: true }).first().click();
  await page.waitForFunction(() => document.querySelector(".answer-term")?.textContent === "almost certain");
  assert.match(await question("nexus").locator(".answers").textContent(), /almost no chance/);
  assert.deepEqual(await question("direction").locator(".answer-mid").allTextContents(), before);
  await page.getByText("UK PHIA", { exact: true }).first().click();
});

test("intervals are read aloud with their numbers", async () => {
  await open(page, "overview?as_of=2022-08-04");
  const label = await question("nexus").locator(".interval").first().getAttribute("aria-label");
  assert.match(label, /^Actors working for Iranian goals: 73.%, 80.% interval 53.–.86.%$/);
});

test("severity, what changed last and what to collect next stand beside the questions", async () => {
  await open(page, "overview?as_of=2022-09-08");
  const rail = page.locator(".rail");
  assert.match(await rail.textContent(), /CISA NCISS 76\.3 of 100/);
  assert.match(await rail.textContent(), /12 new items/);
  assert.ok((await rail.locator(".next li").count()) > 0);
});
