// The survival map of an image in tiles: each holds kTileCells cells of 2^level blocks, fetched when it comes into sight. What is
// not here yet is drawn from the nearest coarser tile, as maps of the world do.
import { readDocument, withQuery } from "../../api";
import type { MapDocument } from "./documents";

export const kTileCells = 8192;
/** Tiles kept: some 60 MB at most, and usually a hundredth of that. */
const kKeptTiles = 400;

/** Four numbers a cell: known, constant, other, unread. */
export interface Tile {
  level: number;
  index: number;
  counts: Uint32Array;
  cells: number;
}

/** Runs of equal cells, one by one. */
export function unrolled(document: MapDocument): Pick<Tile, "counts" | "cells"> {
  const cells = Math.min(kTileCells, document.runs.reduce((sum, run) => sum + run[0], 0));
  const counts = new Uint32Array(cells * 4);
  let at = 0;
  for (const [repeat, known, constant, other, unread] of document.runs) {
    for (let i = 0; i < repeat && at < cells; i += 1, at += 1) {
      counts[at * 4] = known;
      counts[at * 4 + 1] = constant;
      counts[at * 4 + 2] = other;
      counts[at * 4 + 3] = unread;
    }
  }
  return { counts, cells };
}

export class MapTiles {
  private readonly tiles = new Map<string, Tile | null>();
  constructor(private readonly path: string, private readonly image: number, readonly steps: number, private readonly arrived: () => void) {
    let level = 0;
    while (kTileCells * 2 ** level < steps) level += 1;
    this.topLevel = level;
  }

  /** The smallest level at which one tile holds the whole image. */
  readonly topLevel: number;

  find(level: number, index: number): Tile | undefined {
    const key = `${level}/${index}`;
    const tile = this.tiles.get(key);
    if (tile) {
      this.tiles.delete(key);   // last used, last dropped
      this.tiles.set(key, tile);
    }
    return tile ?? undefined;
  }

  /** Asks for the tile unless it is here or on its way. */
  want(level: number, index: number): void {
    const key = `${level}/${index}`;
    if (index < 0 || index * kTileCells * 2 ** level >= this.steps || this.tiles.has(key)) return;
    this.tiles.set(key, null);
    const query = { image: this.image, first: index * kTileCells * 2 ** level, steps_per_cell: 2 ** level, width: kTileCells };
    readDocument<MapDocument>(withQuery(this.path, query)).then(
      (document) => {
        this.tiles.set(key, { level, index, ...unrolled(document) });
        for (const old of this.tiles.keys()) {
          if (this.tiles.size <= kKeptTiles) break;
          this.tiles.delete(old);
        }
        this.arrived();
      },
      () => this.tiles.delete(key),
    );
  }

  /** The finest tile here that holds what tile `index` of `level` would: itself, or a coarser one. */
  best(level: number, index: number): { tile: Tile; coarser: number } | null {
    for (let up = level, at = index; up <= this.topLevel; up += 1, at = Math.floor(at / 2)) {
      const tile = this.find(up, at);
      if (tile) return { tile, coarser: up - level };
    }
    return null;
  }

  /** Counts of one cell at `level`, from its tile or as a share of a coarser one's; false when nothing is here yet. */
  cell(level: number, cell: number, into: Float64Array): boolean {
    const found = this.best(level, Math.floor(cell / kTileCells));
    return found !== null && takeCell(found.tile, found.coarser, cell, into);
  }
}

/** Cell `cell` of the level that lies `coarser` levels below the tile's. */
export function takeCell(tile: Tile, coarser: number, cell: number, into: Float64Array): boolean {
  const share = 2 ** -coarser;
  const at = Math.floor(cell * share) % kTileCells;
  if (at >= tile.cells) return false;
  for (let i = 0; i < 4; i += 1) into[i] = tile.counts[at * 4 + i]! * share;
  return true;
}
