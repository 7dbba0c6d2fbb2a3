// Editing: what is written, what is refused, two people at once, and nothing typed is lost.
import { writeFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import { assert, launch, open, serve, signIn } from "./harness.mjs";

let browser, server, page, context;
before(async () => {
  [server, browser] = [await serve(), await launch()];
  ({ page, context } = await signIn(browser, server));
});
beforeEach(async () => {
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
});
after(async () => {
  await context?.close();
  await browser?.close();
  await server?.stop();
});

const comments = (text) => text.split("\n").filter((line) => line.trim().startsWith("#"));
const sheet = () => page.locator("dialog[open]");
const save = () => sheet().getByRole("button", { name: "Save", exact: true }).click();
const closed = () => page.waitForSelector("dialog[open]", { state: "detached" });

async function edit(id) {
  await open(page, `evidence?item=${id}`);
  await page.getByRole("button", { name: "Edit and grade" }).click();
  await sheet().waitFor();
}

test("a new item is in case.yaml, in the table, in the answer and in the custody log; comments stay", async () => {
  const before = server.read("case.yaml");
  await open(page, "evidence");
  await page.getByRole("button", { name: "Add evidence" }).click();
  await sheet().getByLabel("What it says").fill("A server of the operators is seized: it held the keys");
  await sheet().getByLabel("Kind").selectOption("c2");
  await sheet().getByLabel("Known from").fill("2022-10-01");
  await sheet().getByLabel(/^R1 /).check();
  await sheet().getByLabel("Actors working for Iranian goals").first().selectOption("++");
  const id = await sheet().getByLabel("Id", { exact: true }).inputValue();
  await save();
  await closed();
  const after = server.read("case.yaml");
  assert.match(after, new RegExp(`- id: ${id}\\n`));
  assert.deepEqual(comments(after), comments(before));
  assert.ok(after.split("\n").filter((line) => !before.split("\n").includes(line)).length <= 12, "only the new item's lines are new");
  await page.getByRole("searchbox").fill("held the keys");
  await page.locator(".vtable-row", { hasText: id }).waitFor();
  const entry = JSON.parse(server.read("custody.jsonl").trim().split("\n").at(-1));
  assert.equal(entry.who, "tester");
});

test("grading changes one line", async () => {
  const before = server.read("case.yaml").split("\n");
  await edit("A12");
  await sheet().getByLabel("Information").selectOption("2");
  await save();
  await closed();
  const after = server.read("case.yaml").split("\n");
  assert.equal(after.length, before.length);
  assert.equal(after.filter((line, index) => line !== before[index]).length, 1);
});

test("what is missing is said at the field, before the server is asked", async () => {
  await open(page, "evidence");
  await page.getByRole("button", { name: "Add evidence" }).click();
  await sheet().getByLabel("Known from").fill("soon");
  await save();
  assert.match(await sheet().textContent(), /YYYY-MM-DD/);
  assert.equal(await sheet().locator(".field.is-wrong").count(), 4);
});

test("what the validator refuses is shown with its reason, nothing is written and the form stays", async () => {
  const before = server.read("case.yaml");
  await edit("A12");
  await sheet().getByLabel("Confirms").fill("NOBODY");
  await save();
  await sheet().locator(".save-report.is-bad li").first().waitFor();
  assert.match(await sheet().textContent(), /NOBODY/);
  assert.equal(server.read("case.yaml"), before);
  assert.equal(await sheet().getByLabel("Confirms").inputValue(), "NOBODY");
});

test("two people: a conflict shows both texts, and saving onto the new version loses neither", async () => {
  await edit("A16");
  await sheet().getByLabel("Note").fill("Ours: compare with the certificate itself.");
  writeFileSync(`${server.directory}/case.yaml`, server.read("case.yaml").replace("issuer: {name: Microsoft and CISA,", "issuer: {name: Microsoft with CISA,"));
  await save();
  const report = sheet().locator(".save-report");
  await report.waitFor();
  assert.match(await report.textContent(), /Somebody changed case\.yaml/);
  assert.match(await report.textContent(), /Microsoft with CISA/);
  await sheet().getByRole("button", { name: "Save onto the new version" }).click();
  await closed();
  const after = server.read("case.yaml");
  assert.match(after, /Ours: compare with the certificate itself\./);
  assert.match(after, /Microsoft with CISA/);
});

test("in another language, what is edited is what is written, never its translation", async () => {
  const before = server.read("case.yaml").split("\n");
  await page.getByLabel("Language").first().selectOption("fr");
  await open(page, "evidence?item=A13");
  await page.locator(".detail-claim", { hasText: "Quatorze mois" }).waitFor();
  await page.getByRole("button", { name: "Modifier et coter" }).click();
  assert.match(await sheet().getByLabel("Teneur").inputValue(), /^Fourteen months of access/);
  await sheet().getByLabel("Information").selectOption("3");
  await sheet().getByRole("button", { name: "Enregistrer", exact: true }).click();
  await closed();
  const after = server.read("case.yaml").split("\n");
  assert.equal(after.filter((line, index) => line !== before[index]).length, 1);
  await page.getByLabel("Langue").first().selectOption("en");
  await page.getByRole("button", { name: "Add evidence" }).waitFor();
});

test("what was typed is there again after a reload", async () => {
  await edit("A17");
  await sheet().getByLabel("Note").fill("half a thought");
  await page.reload();
  await page.waitForSelector(".evidence");
  await page.getByRole("button", { name: "Edit and grade" }).click();
  assert.equal(await sheet().getByLabel("Note").inputValue(), "half a thought");
  assert.match(await sheet().textContent(), /This is what you had begun to write/);
  await sheet().getByRole("button", { name: "Discard" }).click();
  assert.notEqual(await sheet().getByLabel("Note").inputValue(), "half a thought");
});

test("a hypothesis gets a new label, and a new one joins its question", async () => {
  await open(page, "overview");
  await page.locator("#question-wave2").hover();
  await page.locator("#question-wave2 .question-ask .link-button").click();
  const form = sheet().getByRole("region", { name: "Same actor" });
  await form.getByLabel("Label").fill("The same actor again");
  await sheet().getByRole("button", { name: "Save", exact: true }).first().click();
  await page.locator("#question-wave2", { hasText: "The same actor again" }).waitFor();
  assert.match(server.read("case.yaml"), /label: "?The same actor again/);
  await sheet().getByRole("button", { name: "Add a hypothesis" }).click();
  const added = sheet().getByRole("region", { name: "Add a hypothesis" });
  await added.getByLabel("Id", { exact: true }).fill("copycat");
  await added.getByLabel("Label").fill("A copycat");
  await sheet().getByRole("button", { name: "Save", exact: true }).last().click();
  await page.locator("#question-wave2", { hasText: "A copycat" }).waitFor();
});
