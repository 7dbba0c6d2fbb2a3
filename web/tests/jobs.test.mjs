// Long work from the page: started, followed, stopped.
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

test("investigating again shows its progress and ends with a new report", async () => {
  await open(page, "overview");
  const before = JSON.parse(server.read("report/report.json")).generated.at;
  await new Promise((resolve) => setTimeout(resolve, 1100));   // reports are dated to the second
  await page.getByRole("button", { name: "Investigate again" }).click();
  await page.locator(".job [role=status]").waitFor({ timeout: 10_000 });
  await page.locator(".job", { hasText: "Done. The report is new." }).waitFor({ timeout: 120_000 });
  assert.notEqual(JSON.parse(server.read("report/report.json")).generated.at, before);
});
