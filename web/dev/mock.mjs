// A stand-in for `prova serve` while views are written: answers with what the prova program prints for a case. Development
// only; no part of the product or of its tests. Usage: node dev/mock.mjs PROVA CASE [PORT]   (needs python3-yaml)
// It serves web/dist; run `npx vite build --watch` beside it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [prova, caseDirectory, port = "8137"] = process.argv.slice(2);
if (!prova || !caseDirectory) {
  console.error("Usage: node dev/mock.mjs PROVA CASE [PORT]");
  process.exit(2);
}
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const id = basename(caseDirectory);
const run = (...args) => JSON.parse(execFileSync(prova, args, { maxBuffer: 1 << 28 }).toString());

/** The case without some items, in a copy; `use` gets its directory. */
function withoutItems(items, use) {
  if (items.length === 0) return use(caseDirectory);
  const copy = mkdtempSync(join(tmpdir(), "prova-mock-"));
  try {
    cpSync(caseDirectory, copy, { recursive: true });
    const text = readFileSync(join(copy, "case.yaml"), "utf8");
    const kept = text.split(/^(?=  - id: )/m).filter((part) => !items.includes(/^  - id: (\S+)/.exec(part)?.[1]));
    writeFileSync(join(copy, "case.yaml"), kept.join("").replace(/derived_from: \[.*\]\n/g, (line) => line));
    return use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const report = () => JSON.parse(readFileSync(join(caseDirectory, "report/report.json"), "utf8"));

function caseDocument() {
  const text = readFileSync(join(caseDirectory, "case.yaml"));
  const yaml = JSON.parse(execFileSync("python3", ["-c", "import json,sys,yaml;print(json.dumps(yaml.safe_load(sys.stdin),default=str))"], { input: text }).toString());
  const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
  const known = new Map(report().evidence.map((item) => [item.id, item]));
  return {
    schema: "prova/workbench-case/1", id, revision: createHash("sha256").update(text).digest("hex"), name: yaml.name, summary: yaml.summary ?? null,
    notice: yaml.notice ?? null, tlp: yaml.tlp ?? null, errors: [], warnings: [], reported_at: report().generated.at,
    questions: yaml.questions.map((q) => ({
      id: q.id, ask: q.ask, prior_unknown: q.prior_unknown ?? null,
      given: q.given ? { question: Object.keys(q.given)[0], hypothesis: Object.values(q.given)[0] } : null,
      hypotheses: q.hypotheses.map((h) => ({ id: h.id ?? h, label: h.label ?? null, statement: h.statement ?? null, prior: h.prior ?? null, imitable: true })),
    })),
    roots: yaml.roots.map((r) => ({ id: r.id, label: r.label ?? null, grade: r.grade ?? "F", pool: r.pool ?? null })),
    evidence: yaml.evidence.map((e) => ({
      id: e.id, kind: e.kind, claim: (e.claim ?? "").trim(), event_date: e.event_date ?? null, known_from: String(e.known_from), roots: list(e.roots),
      credibility: e.credibility ?? 6, spoofability: known.get(e.id)?.spoofability ?? e.spoofability ?? null,
      issuer: e.issuer ? { name: e.issuer.name ?? e.issuer, wording: e.issuer.wording ?? null, yardstick: e.issuer.yardstick ?? null, likelihood: e.issuer.likelihood ?? null, confidence: e.issuer.confidence ?? null } : null,
      says: Object.entries(e.says ?? {}).flatMap(([question, h]) => Object.entries(h).map(([hypothesis, v]) => ({ question, hypothesis, strength: String(v) }))),
      source: { text: e.source?.text ?? (typeof e.source === "string" ? e.source : null), urls: e.source?.urls ?? [] },
      derived_from: list(e.derived_from), confirms: list(e.confirms), disproves: list(e.disproves), replaces: list(e.replaces), note: e.note ?? null,
    })),
    choices: {
      kinds: [...new Set(yaml.evidence.map((e) => e.kind))].map((name) => ({ name, label: name, cap: 10, spoofability: 3, aspect: "", why: "" })),
      grades: [..."ABCDEF"], strengths: ["++", "+", "(+)", "0", "(-)", "-", "--"], issuer_yardsticks: ["phia", "icd203", "none", "unstated"],
    },
  };
}

function assessment(query) {
  const items = (query.get("without") ?? "").split(",").filter(Boolean);
  const day = query.get("as_of");
  const value = withoutItems(items, (directory) => run("assess", directory, "--json", ...(day ? ["--as-of", day] : [])));
  return { ...value, reporting: report().reporting, severity: report().severity };
}

function timeline() {
  const days = new Map(report().timeline.map((entry) => [entry.as_of, entry.questions]));
  const document = run("assess", caseDirectory, "--timeline", "--json");
  return { ...document, days: document.days.map((day) => ({ ...day, questions: days.get(day.day) })) };
}

const statement = () => ({
  schema: "prova/statement/1", language: "en", audience: "public", tlp: "TLP:CLEAR", as_of: "2024-12-31", title: "Albania 2022", kind: "Public statement",
  notice: null, summary: null, untranslated: 0, findings: [],
  sections: [{ id: "what-we-say", heading: "What we say", blocks: [{ type: "paragraph", sentences: [
    { kind: "likelihood", text: "It is almost certain that actors working for Iranian goals carried out the attack of July 2022.", evidence: ["A24", "A14"], findings: [] },
    { kind: "confidence", text: "Confidence in this answer is high.", evidence: ["A24"], findings: [] }] }] }],
});

const routes = {
  "/api/workbench": () => ({ schema: "prova/workbench/1", version: "mock", user: "mock", cases: [{ id, name: report().case.title, directory: caseDirectory, errors: 0 }], languages: ["en", "fr", "sq"], yardsticks: ["phia", "icd203"] }),
  [`/api/cases/${id}`]: caseDocument,
  [`/api/cases/${id}/assessment`]: assessment,
  [`/api/cases/${id}/timeline`]: timeline,
  [`/api/cases/${id}/report`]: report,
  [`/api/cases/${id}/statement`]: statement,
};

createServer((request, response) => {
  const url = new URL(request.url, "http://mock");
  const route = routes[url.pathname];
  if (route) {
    try {
      response.setHeader("Content-Type", "application/json").end(JSON.stringify(route(url.searchParams)));
    } catch (error) {
      response.writeHead(500).end(JSON.stringify({ schema: "prova/error/1", error: String(error).split("\n")[0] }));
    }
    return;
  }
  const file = join(dist, url.pathname === "/" ? "index.html" : basename(url.pathname));
  if (url.pathname.startsWith("/api/") || !existsSync(file)) {
    response.writeHead(404, { "Content-Type": "application/json" }).end('{"schema":"prova/error/1","error":"not in the mock"}');
    return;
  }
  response.setHeader("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
  response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream").end(readFileSync(file));
}).listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
