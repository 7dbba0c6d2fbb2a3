// Whose code is this: families with likelihood ratios, the shared functions, and two functions side by side.
import { after, before, test } from "node:test";
import { accessibility, assert, launch, open, serve, settled, signIn } from "./harness.mjs";

let browser, server, page, context, troubles;
before(async () => {
  [server, browser] = [await serve(), await launch()];
  ({ page, context, troubles } = await signIn(browser, server));
});
after(async () => {
  await context?.close();
  await browser?.close();
  await server?.stop();
});

const rows = () => page.locator(".function-table .vtable-row:not(.is-loading)");

test("the view opens on the strongest kinship and on the functions that are shared with malware alone", async () => {
  await open(page, "kinship");
  await rows().first().waitFor();
  assert.equal(await page.locator(".program-head h2").textContent(), "encryptor.exe");
  assert.match(await page.locator(".families tbody tr").first().textContent(), /older-tool.*\+1\.\d\d/);
  assert.match(await page.locator(".list-count").textContent(), /^15 of \d+ functions$/);
  assert.ok((await rows().allTextContents()).every((row) => row.includes("only in family older-tool")));
});

test("what was set aside is said before anybody believes a number", async () => {
  await open(page, "kinship");
  assert.match(await page.locator(".set-aside").textContent(), /own code.*Set aside first:.*zlib.*bystander/);
  assert.match(await page.locator(".program-list").textContent(), /note\.txt/);
});

test("rows are found by name, narrowed by what they are, and sorted on the server", async () => {
  await open(page, "kinship?roles=all");
  await rows().first().waitFor();
  await page.getByRole("searchbox").fill("config_parse");
  await page.waitForFunction(() => document.querySelector(".list-count")?.textContent.startsWith("1 of"));
  await page.getByRole("searchbox").fill("");
  await page.getByText("Library", { exact: false }).locator("visible=true").first().click();
  await page.waitForFunction(() => /^\d{3} of/.test(document.querySelector(".list-count")?.textContent ?? ""));
  await page.getByRole("button", { name: "Size" }).click();
  await settled(page);
  await page.waitForTimeout(300);
  const sizes = (await page.locator(".vtable-row > :nth-child(3)").allTextContents()).slice(0, 5).map((text) => parseFloat(text) * (text.includes("KiB") ? 1024 : 1));
  assert.deepEqual(sizes, [...sizes].sort((a, b) => b - a));
});

test("groups, the graph and first-seen days are there, and the graph has a table", async () => {
  await open(page, "kinship?tab=groups");
  assert.match(await page.locator(".group-table").first().textContent(), /only in family older-tool/);
  await open(page, "kinship?tab=graph");
  assert.ok((await page.locator(".share-line.is-telling").count()) >= 3);
  await page.locator(".program-graph summary").click();
  assert.match(await page.locator(".program-graph table").textContent(), /encryptor\.exeolder-tool/);
  await open(page, "kinship?tab=seen");
  assert.match(await page.locator(".seen-list").textContent(), /older-tool .*first seen 1 Jan 2012, kinship known from .*10 years between/);
});

test("from a shared function to both listings side by side in three clicks", async () => {
  await open(page, "kinship");
  await rows().filter({ hasText: "config_parse" }).first().click();
  await page.locator("dialog .match").first().waitFor();
  await page.getByRole("link", { name: "Side by side" }).first().click();
  await page.locator(".pair-detail").waitFor();
  assert.match(await page.locator(".pair-names").textContent(), /config_parse/);
  assert.equal(await page.locator(".flow").count(), 2);
  assert.ok((await page.locator(".code-line.is-equal, .code-line.is-alike").count()) > 5);
});

test("a feature that both have marks its lines and blocks", async () => {
  await page.locator(".feature").first().click();
  await page.locator(".flow-node.is-marked").first().waitFor();
  await page.locator(".flow-node.is-marked").first().click();
  await page.locator(".code-text.is-feature").first().waitFor();
});

test("choosing a block in one graph chooses its partner in the other", async () => {
  await page.locator(".flow").first().locator(".flow-node").first().click();
  assert.equal(await page.locator(".flow-node.is-chosen").count(), 2);
});

test("a hash that the case does not hold, or that is none, is refused in one sentence", async () => {
  const get = (path) => page.evaluate(async (address) => {
    const response = await fetch(address);
    return [response.status, (await response.json()).error];
  }, `/api/cases/albania-2022/${path}`);
  const [status, error] = await get(`compare?left=${"0".repeat(64)}&right=${"0".repeat(64)}`);
  assert.equal(status, 404);
  assert.match(error, /put the program into known\//);
  assert.equal((await get("compare?left=../../etc/passwd&right=x"))[0], 422);
  assert.equal((await get("kinship/functions?artifact=x&sort=colour"))[0] >= 400, true);
});

test("no accessibility mistake in light and dark, and no trouble in the console", async () => {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
    for (const route of ["kinship", "kinship?tab=groups", "kinship?tab=graph", "kinship?tab=seen", "pair"]) {
      await open(page, route);
      await page.waitForTimeout(300);
      assert.deepEqual(await accessibility(page), [], `${route} in ${theme}`);
    }
  }
  assert.deepEqual(troubles, []);
});
