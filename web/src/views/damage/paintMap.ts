// Paints a window of the survival map: one pixel a cell into a small picture, which the browser scales up without smoothing. A cell
// that holds different things has their colours in proportion, so that a single lost block in a thousand still tints it.
import { kTileCells, takeCell, type MapTiles, type Tile } from "./mapTiles";
import { cellsOf, type MapGrid, type MapWindow } from "./mapWindow";

export type Colour = [number, number, number];
/** Known, constant, other, unread, nothing here yet. */
export type Palette = [Colour, Colour, Colour, Colour, Colour];

const kNames = ["--map-known", "--map-constant", "--map-other", "--map-unread", "--band"] as const;

/** "#rrggbb" or "rgb(r g b)" as numbers. */
export function parsedColour(text: string): Colour {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  if (hex) return [parseInt(hex[1]!, 16), parseInt(hex[2]!, 16), parseInt(hex[3]!, 16)];
  const parts = text.match(/[\d.]+/g)?.map(Number) ?? [];
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  return kNames.map((name) => parsedColour(style.getPropertyValue(name))) as Palette;
}

/** What is rare must not vanish: shares are drawn as at least this when they are above nothing. */
const kLeastShare = 0.12;

export function blend(counts: Float64Array, palette: Palette, out: Uint8ClampedArray, at: number): void {
  const all = counts[0]! + counts[1]! + counts[2]! + counts[3]!;
  if (all === 0) return;
  let sum = 0, r = 0, g = 0, b = 0;
  for (let i = 0; i < 4; i += 1) {
    if (counts[i] === 0) continue;
    const share = Math.max(kLeastShare, counts[i]! / all);
    const colour = palette[i]!;
    sum += share;
    r += share * colour[0];
    g += share * colour[1];
    b += share * colour[2];
  }
  out[at] = r / sum;
  out[at + 1] = g / sum;
  out[at + 2] = b / sum;
  out[at + 3] = 255;
}

/** Paints, and asks for the tiles that are missing. O(cells in sight), whatever the size of the disk. */
export function paintMap(context: CanvasRenderingContext2D, tiles: MapTiles, window: MapWindow, grid: MapGrid, palette: Palette): void {
  const firstCell = Math.floor(window.first / 2 ** window.level);
  const lastCell = Math.min(firstCell + cellsOf(grid), Math.ceil(tiles.steps / 2 ** window.level)) - 1;
  const picture = context.createImageData(grid.columns, grid.rows);
  for (let index = Math.floor(firstCell / kTileCells); index <= Math.floor(lastCell / kTileCells); index += 1) {
    tiles.want(window.level, index);
    const begin = Math.max(firstCell, index * kTileCells), end = Math.min(lastCell, (index + 1) * kTileCells - 1);
    paintTile(picture.data, tiles.best(window.level, index), begin, end, firstCell, palette);
  }
  context.putImageData(picture, 0, 0);
}

function paintTile(data: Uint8ClampedArray, found: { tile: Tile; coarser: number } | null, begin: number, end: number, firstCell: number, palette: Palette): void {
  const counts = new Float64Array(4);
  const [r, g, b] = palette[4];
  for (let cell = begin; cell <= end; cell += 1) {
    const at = (cell - firstCell) * 4;
    if (found && takeCell(found.tile, found.coarser, cell, counts)) blend(counts, palette, data, at);
    else {
      data[at] = r;
      data[at + 1] = g;
      data[at + 2] = b;
      data[at + 3] = 255;
    }
  }
}
