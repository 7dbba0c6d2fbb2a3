// While views are written: serves web/dist from the disk and passes /api to a `prova serve` that runs. Development only; run
// `npx vite build --watch` beside it. Usage: node dev/proxy.mjs PROVA CASE [PORT]
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [prova, caseDirectory, port = "8137"] = process.argv.slice(2);
if (!prova || !caseDirectory) {
  console.error("Usage: node dev/proxy.mjs PROVA CASE [PORT]");
  process.exit(2);
}
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const kPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const child = spawn(prova, ["serve", caseDirectory, "--port", "0", "--print-session"], { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => child.kill("SIGINT"));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
let printed = "";
child.stdout.on("data", (data) => {
  printed += data;
  const target = /Open (http:\/\/\S+?)\/#/.exec(printed)?.[1];
  const secret = /Session (\S+)/.exec(printed)?.[1];
  if (target && secret && !front.listening) start(new URL(target), secret);
});

let pass = () => undefined;
const front = createServer((incoming, response) => {
  const { pathname } = new URL(incoming.url, "http://proxy");
  if (pathname.startsWith("/api/")) {
    pass(incoming, response);
    return;
  }
  const file = join(dist, pathname === "/" ? "index.html" : basename(pathname));
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader("Content-Security-Policy", kPolicy);
  response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream").end(readFileSync(file));
});

function start(target, secret) {
  pass = (incoming, response) => {
    const headers = { ...incoming.headers, host: target.host, authorization: `Bearer ${secret}` };
    delete headers.cookie;
    if (headers.origin) headers.origin = target.origin;
    if (headers.referer) headers.referer = target.origin;
    const onward = request({ host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end());
    incoming.pipe(onward);
  };
  front.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
}
