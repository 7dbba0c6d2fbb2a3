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

test("every claiming sentence shows the evidence that it rests on", async () => {
  await open(page, "statement");
  await page.locator(".sentence.is-likelihood").first().click();
  assert.match(await page.textContent(".statement-side"), /how likely an answer is/);
  assert.ok((await page.locator(".resting .ref").count()) > 0);
  await page.locator(".resting .ref").first().click();
  await page.waitForSelector(".detail-claim");
});

test("the linter counts every sentence and has nothing to say about our own", async () => {
  await open(page, "statement?audience=technical");
  const sentences = await page.locator(".sentence").count();
  assert.match(await page.textContent(".statement-side"), new RegExp(`${sentences} sentences checked, nothing to change`));
});

test("language, audience and marking belong to the text, not to the interface", async () => {
  await open(page, "statement?language=sq&tlp=TLP:AMBER");
  assert.match(await page.textContent(".statement-text"), /Deklaratë publike/);
  assert.equal(await page.getAttribute(".statement-text", "lang"), "sq");
  assert.equal(await page.textContent(".statement-kind .tlp"), "TLP:AMBER");
  assert.match(await page.textContent("h1"), /^Statement$/);
});

test("exports arrive as files of the day, language and audience on the screen", async () => {
  await open(page, "statement?language=fr");
  for (const [label, ending] of [["HTML", ".html"], ["Markdown", ".md"], ["STIX 2.1", ".json"]]) {
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: label, exact: true }).click();
    const file = await waiting;
    assert.ok(file.suggestedFilename().endsWith(ending), file.suggestedFilename());
    assert.match(file.suggestedFilename(), /^albania-2022-fr-public/);
  }
});
