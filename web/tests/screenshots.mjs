// Pictures of the views for the documentation. Usage: tests/web/screenshots [OUTPUT_DIRECTORY]
import { join, launch, open, serve, settled, signIn } from "./harness.mjs";

const output = process.argv[2];
if (!output) {
  console.error("Usage: tests/web/screenshots [OUTPUT_DIRECTORY]");
  process.exit(2);
}

/** A view that this build does not have yet is left out. `act` does what a reader would do before looking. */
const kPictures = [
  { name: "overview", route: "overview?as_of=2022-09-08" },
  { name: "overview-dark", route: "overview?as_of=2022-08-04", theme: "dark" },
  { name: "overview-narrow", route: "overview?as_of=2022-08-04", width: 420 },
  { name: "time", route: "time?as_of=2022-08-04" },
  { name: "evidence", route: "evidence?as_of=2022-08-04&without=A04b" },
  { name: "evidence-graph", route: "evidence?shape=graph&item=A10" },
  { name: "evidence-matrix", route: "evidence?shape=matrix", theme: "dark" },
  { name: "editing", route: "evidence?item=A16", act: (page) => page.getByRole("button", { name: "Edit and grade" }).click() },
  { name: "kinship", route: "kinship" },
  { name: "pair", route: "pair", act: (page) => page.locator(".feature").first().click() },
  { name: "damage", route: "damage" },
  { name: "leak", route: "leak" },
  { name: "custody", route: "custody" },
  { name: "statement", route: "statement", act: (page) => page.locator(".sentence.is-likelihood").first().click() },
  { name: "overview-albanian", route: "overview?as_of=2022-09-08", language: "sq" },
];

const [server, browser] = [await serve(), await launch()];
for (const { name, route, act, ...options } of kPictures) {
  const { context, page } = await signIn(browser, server, options);
  const view = route.split("?")[0];
  if (await page.locator(`nav a[href*="/${view}"]`).count()) {
    await open(page, route);
    await act?.(page);
    await settled(page);
    await page.waitForTimeout(150);   // charts that are drawn in the next frame
    await page.screenshot({ path: join(output, `workbench-${name}.png`) });
    console.log(`workbench-${name}.png`);
  }
  await context.close();
}
await browser.close();
await server.stop();
