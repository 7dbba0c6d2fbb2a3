// What every browser test needs: a case that can be written to, `prova serve` on it, Debian's Chromium, and the page signed in.
// PROVA names the program, PROVA_WEB_CASE a case that went through examples/albania-2022/run; tests/web/run sets both.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const webDirectory = fileURLToPath(new URL("..", import.meta.url));
export const sourceDirectory = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);

function required(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set; start the tests with tests/web/run`);
  return value;
}

/** Starts `prova serve` on a fresh copy of the case. `prepare(directory)` may change the copy first. */
export async function serve({ prepare } = {}) {
  const root = mkdtempSync(join(tmpdir(), "prova-web-"));
  const directory = join(root, "albania-2022");
  cpSync(required("PROVA_WEB_CASE"), directory, { recursive: true });
  await prepare?.(directory);
  const child = spawn(required("PROVA"), ["serve", directory, "--port", "0", "--user", "tester", "--print-session", "--index", join(directory, "build/index")], {
    env: { ...process.env, PROVA_HOME: join(root, "home"), PROVA_USER: "tester" }, stdio: ["ignore", "pipe", "pipe"],
  });
  const log = [];
  child.stderr.on("data", (data) => log.push(String(data)));
  const { address, secret } = await printed(child, log);
  return {
    address, secret, directory, log,
    origin: new URL(address).origin,
    read: (name) => readFileSync(join(directory, name), "utf8"),
    async stop() {
      const ended = child.exitCode !== null ? Promise.resolve() : new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGINT");
      await ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The address and the session secret that the server prints once it listens. */
function printed(child, log) {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
      const address = /Open (http\S+)/.exec(text)?.[1];
      const secret = /Session (\S+)/.exec(text)?.[1];
      if (address && secret) resolve({ address, secret });
    });
    child.once("exit", (code) => reject(new Error(`prova serve ended with ${code}: ${log.join("")}`)));
  });
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });

/** A browser context that knows nothing yet. */
export async function plainContext(browser, server, options = {}) {
  const context = await browser.newContext(options);
  if (process.env.PROVA_WEB_DIST) await pagesFromDisk(context, server);
  return context;
}

/**
 * A browser context that is signed in. Fails the test on any console error, refused policy or request to another host.
 * The one-time token is used by the first context of a server; later ones get the cookie from it.
 */
export async function signIn(browser, server, { width = 1440, height = 900, theme = "light", language = "en" } = {}) {
  const context = await plainContext(browser, server, { viewport: { width, height }, reducedMotion: "reduce" });
  const troubles = [];
  await context.addInitScript(([chosen]) => {
    if (location.protocol === "http:" && !localStorage.getItem("prova.settings")) localStorage.setItem("prova.settings", chosen);
  }, [JSON.stringify({ theme, language })]);
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== server.origin && url.protocol !== "data:" && url.protocol !== "blob:") troubles.push(`request to ${url.origin}`);
  });
  context.on("console", (message) => {
    if (message.type() === "error" && !expected(message.text())) troubles.push(message.text());
  });
  context.on("weberror", (error) => troubles.push(String(error.error())));
  const page = await context.newPage();
  watchRequests(page);
  if (server.cookies) {
    await context.addCookies(server.cookies);
    await page.goto(`${server.origin}/`);
  } else {
    await page.goto(server.address);
  }
  await page.waitForSelector("main .view-head");
  server.cookies ??= await context.cookies();
  return { context, page, troubles };
}

/** PROVA_WEB_DIST=1, while views are written: pages come from web/dist on the disk instead of those embedded in the program. */
async function pagesFromDisk(context, server) {
  await context.route((url) => url.origin === server.origin && !url.pathname.startsWith("/api/"), (route) => {
    const name = new URL(route.request().url()).pathname.replace(/^\/$/, "/index.html");
    return route.fulfill({ path: join(webDirectory, "dist", name), headers: { "Content-Security-Policy": kPolicy } });
  });
}
const kPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/** Refusals that a test provokes are logged by the browser as errors of the network; they are no errors of the page. */
const expected = (text) => /status of (401|404|409|412|422)/.test(text);

/** Opens `#/albania-2022/VIEW?...` and waits until it stands still. */
export async function open(page, route) {
  await page.evaluate((hash) => {
    location.hash = `#/albania-2022/${hash}`;
  }, route);
  await settled(page);
}

const pending = new WeakMap();

/** Counts the requests to the interface that have no answer yet; streams of events stay open and do not count. */
function watchRequests(page) {
  const open = new Set();
  pending.set(page, open);
  page.on("request", (request) => request.url().includes("/api/") && !request.url().endsWith("/events") && open.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => open.delete(request));
}

/** Until nothing is asked any more and nothing on the page waits for an answer, twice in a row. */
export async function settled(page) {
  const deadline = Date.now() + 60_000;
  for (let calm = 0; calm < 2; ) {
    assert.ok(Date.now() < deadline, `${page.url()} does not settle`);
    await page.waitForTimeout(60);
    const waiting = await page.evaluate(() => document.querySelector("main .skeleton, main .is-stale") !== null);
    calm = waiting || pending.get(page)?.size ? 0 : calm + 1;
  }
}

/** Accessibility mistakes of WCAG 2.2 A and AA in the page as it is, each as one line. */
export async function accessibility(page) {
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  const result = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  return result.violations.map((rule) => `${rule.id}: ${rule.help}: ${rule.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
}

/** A module of src/, bundled for Node: pure functions are tested without a browser. */
export async function source(path) {
  const { build } = require("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(webDirectory, "src", path)], bundle: true, format: "esm", write: false, platform: "node", jsx: "automatic", jsxImportSource: "preact",
    loader: { ".css": "empty" }, banner: { js: "globalThis.navigator ??= { languages: [] }; globalThis.location ??= { hash: '' }; globalThis.addEventListener ??= () => {}; globalThis.matchMedia ??= () => ({ matches: false, addEventListener() {} }); globalThis.document ??= { documentElement: { dataset: {} } };" },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

export { assert, existsSync, join };
