import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assert, launch, open, serve, settled, signIn } from "./harness.mjs";

const kHostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
let browser, server, page, context, troubles;
before(async () => {
  server = await serve({
    prepare: (directory) => {
      const path = `${directory}/case.yaml`;
      writeFileSync(path, readFileSync(path, "utf8").replace("claim: The accusations are baseless; the United States wrote the scenario", `claim: '${kHostile}'`));
    },
  });
  browser = await launch();
  ({ page, context, troubles } = await signIn(browser, server));
});
after(async () => {
  await context?.close();
  await browser?.close();
  await server?.stop();
});

const answer = () => page.locator("#drop .answers li").first().locator(".answer-mid").textContent();

test("taking an item out shows at once what the answer becomes, beside what it was", async () => {
  await open(page, "evidence?as_of=2022-08-04");
  assert.match(await answer(), /73/);
  await page.getByLabel("Take A04b out").first().click();
  await page.waitForFunction(() => document.querySelector("#drop .answer-mid")?.textContent.includes("66"));
  assert.match(await page.textContent("#drop"), /1 item taken out/);
  assert.match(await page.textContent(".drop-word"), /becomes open/);
  assert.equal(await page.locator("#drop .interval-before").count(), 6);
  assert.match(page.url(), /without=A04b/);
  await page.getByRole("button", { name: "Put all back" }).click();
  await page.waitForFunction(() => document.querySelector("#drop .answer-mid")?.textContent.includes("73"));
});

test("an item that others refer to can be taken out as well, and the case is not changed", async () => {
  const before = server.read("case.yaml");
  await open(page, "evidence?without=A14,A24,A11a");
  await settled(page);
  assert.match(await page.textContent("#drop"), /3 items taken out/);
  assert.equal(await page.locator("#drop [role=alert]").count(), 0);
  assert.equal(server.read("case.yaml"), before);
});

test("the keyboard moves in the table, opens an item and takes it out", async () => {
  await open(page, "evidence");
  await page.getByRole("grid").focus();
  for (let step = 0; step < 2; ++step) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("item=A04a"));
  await page.keyboard.press("Space");
  await page.waitForFunction(() => location.hash.includes("without=A04a"));
  await page.keyboard.press("Space");
});

test("circular reporting is named in the graph and in the item", async () => {
  await open(page, "evidence?shape=graph&item=A10");
  assert.match(await page.textContent(".graph-circular"), /1 statement only repeats/);
  const node = page.locator(".graph-node.is-circular");
  assert.equal(await node.count(), 1);
  assert.match(await node.locator("[role=button]").getAttribute("aria-label"), /^A10: North Atlantic Council: circular reporting$/);
  assert.match(await page.textContent(".detail"), /circular reporting/);
});

test("the matrix puts what tells the answers apart first", async () => {
  await open(page, "evidence?shape=matrix");
  const first = page.locator(".vtable-row").first();
  assert.match(await first.textContent(), /A11a/);
  assert.match(await first.textContent(), /\+\+.*−−/);
});

test("searching finds words of every field", async () => {
  await open(page, "evidence");
  await page.getByRole("searchbox").fill("microsoft mail");
  await page.waitForFunction(() => document.querySelectorAll(".vtable-row").length < 10);
  for (const text of await page.locator(".vtable-row").allTextContents()) assert.doesNotMatch(text, /A01/);
  await page.getByRole("searchbox").fill("");
});

test("HTML in evidence is text", async () => {
  await open(page, "evidence?item=A18");
  assert.match(await page.textContent(".detail-claim"), /<script>/);
  assert.match(await page.title(), /^Evidence/);
  assert.equal(await page.locator("main img, main script").count(), 0);
  assert.deepEqual(troubles, []);
});
