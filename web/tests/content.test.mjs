// What was destroyed, what was published, and whether the record of it all holds.
import { appendFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { accessibility, assert, join, launch, open, serve, settled, signIn } from "./harness.mjs";

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

test("damage says first what may be said in public, and every file has one verdict", async () => {
  await open(page, "damage");
  assert.match(await page.locator(".damage-sentence").textContent(), /Of 162 files .* none is lost/);
  assert.match(await page.locator(".verdict-list").textContent(), /on disk93/);
  assert.match(await page.locator(".damage-top table").textContent(), /files-01/);
  await page.waitForFunction(() => document.querySelector(".list-count")?.textContent === "162 of 162 files");
});

test("the survival map is drawn block by block, and keys move and zoom it", async () => {
  await open(page, "damage");
  const canvas = page.locator(".map canvas");
  await canvas.waitFor();
  const colours = () => canvas.evaluate((element) => {
    const data = element.getContext("2d").getImageData(0, 0, element.width, element.height).data;
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i + 3]) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
    return seen.size;
  });
  await page.waitForFunction(() => performance.getEntriesByName("map-paint").length > 1);
  await page.waitForTimeout(300);
  assert.ok((await colours()) >= 2);
  assert.match(await canvas.getAttribute("aria-label"), /of 6,144 blocks are known/);
  assert.match(await page.locator(".map-line").textContent(), /1 cell = 4\.0.KiB/);   // 25 MB: every block is a cell of its own
});

test("structures and the pattern of loss are named", async () => {
  await open(page, "damage");
  assert.match(await page.locator(".disk-findings").textContent(), /Pattern of loss:.*mbr.*damaged.*no boot signature/);
});

test("a file leads to where it lies", async () => {
  await open(page, "damage?verdicts=survives_on_disk");
  await page.waitForFunction(() => document.querySelector(".list-count")?.textContent.startsWith("93 of"));
  await page.locator(".file-table .vtable-row").first().click();
  assert.match(await page.locator("dialog .extents").textContent(), /of files-01\.img|of mail-01\.img/);
  await page.keyboard.press("Escape");
});

test("the leak view opens on the two altered documents, and says what became what", async () => {
  await open(page, "leak");
  await page.locator(".leak-text").waitFor();
  assert.match(await page.locator(".list-count").textContent(), /^2 of 24 documents$/);
  assert.match(await page.locator(".leak-text h2").textContent(), /letter-017\.txt/);
  assert.equal(await page.locator(".text-changes tbody tr").count(), 1);
  const [ours, theirs] = await page.locator(".text-changes td").allTextContents();
  assert.match(theirs, /907,250/);
  assert.notEqual(ours, theirs);
  assert.match(await page.locator(".text-column h3").nth(1).textContent(), /SHA-256 as inventoried/);
  assert.equal(await page.locator(".text-body").count(), 2);
});

test("without an original at hand the dump's own text stands alone, and the reason is said", async () => {
  await open(page, "leak?verdicts=no-trace");
  await page.locator(".text-missing").waitFor();
  assert.match(await page.locator(".text-missing").textContent(), /nothing of it is in the inventory/);
});

test("custody is verified when asked: a change shows at once, with both hashes", async () => {
  await open(page, "custody");
  assert.match(await page.locator(".custody-verdict").textContent(), /The chain is intact/);
  appendFileSync(join(server.directory, "artifacts/note.txt"), "x");
  await page.getByRole("button", { name: "Check again" }).click();
  await page.waitForFunction(() => document.querySelector(".custody-verdict")?.textContent.includes("findings to explain"));
  assert.match(await page.locator(".custody-files .vtable-row").first().textContent(), /note\.txtchanged now [0-9a-f]{8}/);
  assert.match(await page.locator(".panel").first().textContent(), /file changed/);
  const log = server.read("custody.jsonl");
  writeFileSync(join(server.directory, "custody.jsonl"), log.replace('"who":"', '"who":"x'));
  await page.getByRole("button", { name: "Check again" }).click();
  await page.waitForFunction(() => document.querySelector(".panel")?.textContent.includes("edited line"));
  writeFileSync(join(server.directory, "custody.jsonl"), log);
});

test("every view speaks French and Albanian", async () => {
  const speak = async (language) => {
    await page.evaluate((chosen) => localStorage.setItem("prova.settings", JSON.stringify({ theme: "light", language: chosen })), language);
    await page.reload();
    await page.locator("main .view-head").waitFor();
  };
  for (const [language, words] of [["fr", [["damage", /Carte de survie/], ["leak", /Notre original/], ["custody", /La chaîne est intacte|constats à expliquer/], ["kinship", /Fonctions communes/], ["pair", /fonctions sont dans les deux/]]],
    ["sq", [["damage", /Harta e mbijetesës/], ["leak", /Origjinali ynë/], ["custody", /Zinxhiri/], ["kinship", /Funksione të përbashkëta/], ["pair", /funksione janë në të dy/]]]]) {
    await speak(language);
    for (const [view, expected] of words) {
      await open(page, view);
      await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("main").textContent), expected.source);
      assert.deepEqual(await accessibility(page), [], `${view} in ${language}`);
    }
  }
  await speak("en");
});

test("no accessibility mistake in light and dark, and no trouble in the console", async () => {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((chosen) => (document.documentElement.dataset.theme = chosen), theme);
    for (const route of ["damage", "leak", "leak?verdicts=identical", "custody"]) {
      await open(page, route);
      await page.waitForTimeout(300);
      assert.deepEqual(await accessibility(page), [], `${route} in ${theme}`);
    }
  }
  await settled(page);
  assert.deepEqual(troubles, []);
});
