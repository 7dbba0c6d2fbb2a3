// The page around the views: the session, the keyboard, languages, themes, and what must hold for every view.
import { after, before, test } from "node:test";
import { accessibility, assert, launch, open, plainContext, serve, settled, signIn } from "./harness.mjs";

const kViews = ["overview", "time", "evidence", "evidence?shape=matrix", "evidence?shape=graph", "evidence?item=A10", "statement"];
let browser, server;
before(async () => {
  [server, browser] = [await serve(), await launch()];
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("the printed address opens the workbench once, and leaves no token in the address", async () => {
  const { context, page, troubles } = await signIn(browser, server);
  assert.match(page.url(), /#\/albania-2022\/overview$/);
  const second = await plainContext(browser, server);
  const other = await second.newPage();
  await other.goto(server.address);
  await other.waitForSelector(".gate");
  assert.match(await other.textContent(".gate"), /used before/);
  assert.deepEqual(troubles, []);
  await context.close();
  await second.close();
});

test("every view passes the accessibility rules, light and dark, and asks no other host", async (t) => {
  for (const theme of ["light", "dark"]) {
    const { context, page, troubles } = await signIn(browser, server, { theme });
    for (const view of kViews) {
      await t.test(`${view}, ${theme}`, async () => {
        await open(page, view);
        assert.deepEqual(await accessibility(page), []);
      });
    }
    assert.deepEqual(troubles, []);
    await context.close();
  }
});

test("at 320 pixels nothing but tables and drawings scrolls sideways", async () => {
  const { context, page } = await signIn(browser, server, { width: 320, height: 700 });
  for (const view of kViews) {
    await open(page, view);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 1, `${view} is ${wide} pixels too wide`);
  }
  await context.close();
});

test("keys open views, step days and show the help; switched off, they do nothing", async () => {
  const { context, page } = await signIn(browser, server);
  await page.keyboard.press("2");
  await page.waitForSelector(".time-slider");
  await page.keyboard.press("[");
  await page.waitForFunction(() => location.hash.includes("as_of="));
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open]");
  await page.getByLabel("Single-key shortcuts").uncheck();
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.keyboard.press("1");
  await page.waitForTimeout(100);
  assert.ok(await page.isVisible(".time-slider"));
  await context.close();
});

test("the whole interface speaks French and Albanian at once, without a reload", async () => {
  const { context, page } = await signIn(browser, server);
  await page.getByLabel("Language").selectOption("fr");
  await page.getByRole("link", { name: "Synthèse" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "fr");
  await page.getByLabel("Langue").selectOption("sq");
  await page.getByRole("link", { name: "Përmbledhje" }).waitFor();
  await open(page, "overview?as_of=2022-09-08");
  assert.match(await page.textContent(".view-note"), /8 shtator 2022/);
  await context.close();
});

test("a case with mistakes opens with all of them and everything else readable", async () => {
  const broken = await serve({
    prepare: async (directory) => {
      const { readFileSync, writeFileSync } = await import("node:fs");
      const path = `${directory}/case.yaml`;
      writeFileSync(path, readFileSync(path, "utf8").replace("kind: persona", "kind: persnoa").replace("credibility: 2", "credibility: 9"));
    },
  });
  const { context, page } = await signIn(browser, broken);
  await page.waitForSelector(".problems li");
  assert.equal(await page.locator(".problems li").count(), 2);
  assert.match(await page.textContent(".problems"), /case\.yaml:\d+/);
  await open(page, "evidence");
  await settled(page);
  assert.ok(await page.isVisible("nav"));
  await context.close();
  await broken.stop();
});

test("a page without a session says what to do", async () => {
  const context = await plainContext(browser, server);
  const page = await context.newPage();
  await page.goto(`${server.origin}/`);
  await page.waitForSelector(".gate");
  assert.match(await page.textContent(".gate"), /Open the address that prova serve printed/);
  await context.close();
});
