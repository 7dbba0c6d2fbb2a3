// The parts of the views that can be told right from wrong without a browser.
import { test } from "node:test";
import { assert, source } from "./harness.mjs";

const windows = await source("views/damage/mapWindow.ts");
const tiles = await source("views/damage/mapTiles.ts");
const paint = await source("views/damage/paintMap.ts");
const flow = await source("views/pair/flowLayout.ts");
const features = await source("views/pair/features.ts");
const leak = await source("views/leak/DocumentText.tsx");
const paged = await source("components/pagedRows.ts");
const untrusted = await source("components/Untrusted.tsx");

const grid = { columns: 10, rows: 4 };

test("a window never leaves the disk and begins at the start of a cell", () => {
  assert.equal(windows.wholeLevel(40, grid), 0);
  assert.equal(windows.wholeLevel(41, grid), 1);
  assert.deepEqual(windows.clamped({ level: 9, first: 77 }, 1000, grid), { level: 5, first: 0 });   // 40 cells of 32 hold 1000
  assert.deepEqual(windows.clamped({ level: 1, first: 333 }, 1000, grid), { level: 1, first: 332 });
  assert.deepEqual(windows.clamped({ level: 1, first: 99_999 }, 1000, grid), { level: 1, first: 920 });
});

test("zooming keeps the block under the pointer where it is", () => {
  const before = { level: 3, first: 160 };
  const block = before.first + 15 * 8;
  const after = windows.zoomed(before, -1, 15, 100_000, grid);
  assert.equal(after.first + 15 * 2 ** after.level, block);
  assert.deepEqual(windows.afterKey("Home", before, 100_000, grid), { level: 3, first: 0 });
  assert.equal(windows.afterKey("x", before, 100_000, grid), null);
});

test("runs are unrolled, and a cell without a tile is taken from a coarser one in proportion", () => {
  const tile = { level: 1, index: 0, ...tiles.unrolled({ runs: [[2, 2, 0, 0, 0], [1, 0, 1, 1, 0]] }) };
  assert.deepEqual([...tile.counts], [2, 0, 0, 0, 2, 0, 0, 0, 0, 1, 1, 0]);
  const counts = new Float64Array(4);
  assert.equal(tiles.takeCell(tile, 1, 5, counts), true);   // block 5 lies in cell 2 of level 1
  assert.deepEqual([...counts], [0, 0.5, 0.5, 0]);
  assert.equal(tiles.takeCell(tile, 1, 6, counts), false);
});

test("one lost block in a thousand still tints its cell", () => {
  const palette = [[0, 0, 200], [0, 0, 0], [255, 0, 0], [0, 0, 0], [9, 9, 9]];
  const out = new Uint8ClampedArray(4);
  paint.blend(new Float64Array([999, 0, 1, 0]), palette, out, 0);
  assert.ok(out[0] > 20 && out[2] > 150, `${out}`);
  assert.deepEqual(paint.parsedColour("#0072b2"), [0, 114, 178]);
});

test("blocks stand below what leads to them, and loops are told apart", () => {
  const layout = flow.layoutFlow([{ id: 0, to: [1, 2] }, { id: 1, to: [3] }, { id: 2, to: [3] }, { id: 3, to: [1, 9] }]);
  assert.deepEqual([0, 1, 2, 3].map((id) => layout.places.get(id).layer), [0, 1, 1, 2]);
  assert.deepEqual(layout.edges.filter((edge) => edge.back), [{ from: 3, to: 1, back: true }]);
  assert.equal(layout.layers, 3);
  assert.deepEqual(flow.layoutFlow([]), { places: new Map(), edges: [], layers: 0, half: 0 });
});

test("a feature marks the lines that plainly say it, and no others", () => {
  const line = (text, refers = null) => ({ address: 0, text, refers });
  const constant = features.lineTest("constant 0x1505");
  assert.equal(constant(line("mov eax, 0x1505")), true);
  assert.equal(constant(line("mov eax, 0x15050")), false);
  assert.equal(features.lineTest("constant -59")(line("cmp al, 0xc5")), true);
  assert.equal(features.lineTest("load of field at 96")(line("mov rax, [rcx + 0x60]")), true);
  assert.equal(features.lineTest("load of field at 96")(line("mov rax, 0x60")), false);
  assert.equal(features.lineTest("shape of the graph"), null);
});

test("altered places are counted as a reader counts them", () => {
  const kinds = (...all) => all.map((kind) => ({ kind, text: "x" }));
  assert.deepEqual(leak.placesOf(kinds("ours", "altered", "changed", "ours", "removed", "other")), [-1, 0, 0, -1, 1, -1]);
});

test("a facet with several values stands in the query several times, whatever it holds", () => {
  assert.equal(paged.pagePath("/x", { role: ["a,b", "c&d"], q: "", sort: null }), "/x?limit=200&role=a%2Cb&role=c%26d");
});

test("hidden characters get a name", () => {
  assert.equal(untrusted.codePoint("\u202e"), "U+202E");
});
