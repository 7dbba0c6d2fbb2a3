// Pure parts of the front end, without a browser.
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { assert, join, source, sourceDirectory, webDirectory } from "./harness.mjs";

test("a day between two known ones stands at the one before it, and the last has no parameter", async () => {
  const { stepDay } = await source("shell/AsOf.tsx");
  const days = ["2022-07-17", "2022-08-04", "2022-09-08"];
  assert.equal(stepDay(days, null, -1), "2022-08-04");
  assert.equal(stepDay(days, "2022-08-04", 1), null);
  assert.equal(stepDay(days, "2022-08-20", -1), "2022-07-17");
  assert.equal(stepDay(days, "2022-08-20", 1), null);
  assert.equal(stepDay(days, "2022-07-17", -1), "2022-07-17");
  assert.equal(stepDay([], null, 1), null);
});

test("only rows in sight and a few around them are drawn, out of any number", async () => {
  const { visibleRange, rowAfterKey } = await source("components/VirtualTable.tsx");
  assert.deepEqual(visibleRange(0, 600, 30, 100_000), [0, 28]);
  assert.deepEqual(visibleRange(1_500_000, 600, 30, 100_000), [49_992, 50_028]);
  assert.deepEqual(visibleRange(3_000_000, 600, 30, 100_000), [99_992, 100_000]);
  assert.deepEqual(visibleRange(0, 600, 30, 0), [0, 0]);
  assert.equal(rowAfterKey("End", 3, 10, 5), 9);
  assert.equal(rowAfterKey("PageUp", 3, 10, 5), 0);
  assert.equal(rowAfterKey("x", 3, 10, 5), null);
});

const item = (id, roots, derived_from = []) => ({ item: { id, roots, derived_from, known_from: "2022-01-01", claim: id, issuer: null }, roots: roots.map((root) => ({ id: root })), weights: new Map() });

test("what repeats others stands one column away from what it repeats, and reaches roots only through it", async () => {
  const { connected, layout } = await source("views/evidence/graphLayout.ts");
  const graph = layout([item("A", ["R1"]), item("B", ["R2"]), item("C", ["R2"], ["A"]), item("D", ["R2"], ["C", "B"])]);
  const column = Object.fromEntries(graph.nodes.map((node) => [node.key, node.column]));
  assert.deepEqual(column, { "i:A": 2, "i:B": 2, "i:C": 1, "i:D": 0, "r:R1": 3, "r:R2": 3 });
  assert.deepEqual([...connected(graph.edges, "i:C")].sort(), ["i:A", "i:C", "i:D", "r:R1"]);
  const boxes = new Set(graph.nodes.map((node) => `${node.column} ${node.y}`));
  assert.equal(boxes.size, graph.nodes.length, "no two nodes share a place");
});

test("an edit carries the fields that were changed and no others", async () => {
  const { changedFields, emptyItem, fieldsOf, nextId, problemsOf } = await source("editing/itemForm.ts");
  const before = { ...emptyItem("E1"), claim: "a", says: { "who/x": "+" } };
  assert.deepEqual(changedFields(fieldsOf(before), fieldsOf({ ...before, note: "n" })), { note: "n" });
  assert.deepEqual(changedFields(fieldsOf(before), fieldsOf({ ...before, says: { "who/x": "" } })), { says: null });
  assert.equal(nextId(["A01", "A25", "K03"]), "A26");
  assert.equal(nextId([]), "E1");
  assert.deepEqual(Object.keys(problemsOf(emptyItem("E1"), ["E1"], true)).sort(), ["claim", "id", "kind", "known_from", "roots"]);
});

test("numbers are written as the report writes them", async () => {
  const format = await source("format.ts");
  assert.equal(format.percent(0.004), "under 1\u00a0%");
  assert.equal(format.percent(0.726), "73\u00a0%");
  assert.equal(format.percent(0.9951), "over 99\u00a0%");
  assert.equal(format.log10(-0.514), "\u22120.51");
  assert.equal(format.log10(0.001), "0");
  assert.equal(format.dayLong("2022-09-08"), "8 September 2022");
  assert.equal(format.dayLong("2021-05..2022-01"), "2021-05..2022-01");
  assert.equal(format.bytes(1536), "1.5\u00a0KiB");
});

/** PROVA_PHRASE(name, "English", "French", "Albanian") of the report. */
function phrases() {
  const text = readFileSync(join(sourceDirectory, "src/report/phrases_names.def"), "utf8");
  return new Map([...text.matchAll(/PROVA_PHRASE\((\w+),\s*"([^"]*)",\s*"([^"]*)",\s*"([^"]*)"\)/g)].map(([, name, ...words]) => [name, words]));
}

test("the interface uses the report's words, in all three languages", async () => {
  const report = phrases();
  const languages = await Promise.all(["en", "fr", "sq"].map(async (code) => (await source(`i18n/${code}/terms.ts`)).default));
  const same = { "phia.likely": "kPhiaLikely", "phia.remote chance": "kPhiaRemote", "level.moderate": "kModerate", "criterion.own": "kCriterionOwn", "criterion.carried": "kCriterionCarried",
    "kind.forensics": "kKindForensics", "kind.allsource": "kKindAllSource", "silent.says_nothing": "kSilentNothing", "ncsc.2": "kNcsc2", "input.dependency": "kInputDependency",
    "answer.unknown": "kUnknownLabel", "term.none": "kNoTerm" };
  for (const [key, name] of Object.entries(same)) assert.deepEqual(languages.map((words) => words[key]), report.get(name), key);
});

test("every language has every message, with the same arguments", async () => {
  const [en, fr, sq] = await Promise.all(["en", "fr", "sq"].map(async (code) => (await source(`i18n/${code}/index.ts`)).default));
  const used = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().filter((name, index, all) => all.indexOf(name) === index);
  for (const [key, text] of Object.entries(en)) {
    for (const other of [fr, sq]) {
      assert.ok(other[key], `${key} is missing`);
      for (const name of used(other[key])) assert.ok(used(text).includes(name), `${key}: {${name}} is not an argument`);
    }
  }
});

const kBudget = 300_000;   // bytes of script, gzipped, that one page may load: the limit

test("all script together, every view and language, stays below the budget of one page", (t) => {
  const dist = join(webDirectory, "dist");
  const total = readdirSync(dist, { recursive: true }).filter((name) => String(name).endsWith(".js"))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, String(name)))).length, 0);
  t.diagnostic(`${total} bytes of script, gzipped`);
  assert.ok(total < kBudget, `${total} bytes`);
});
