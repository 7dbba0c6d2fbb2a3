// Which blocks of a disk a map shows, and how it moves. All numbers are blocks (steps of 4 KiB) or cells.
export interface MapWindow {
  /** One cell stands for 2^level blocks. */
  level: number;
  /** First block in sight; a multiple of 2^level. */
  first: number;
}
export interface MapGrid {
  columns: number;
  rows: number;
}

export const cellsOf = (grid: MapGrid): number => grid.columns * grid.rows;

/** The level at which the whole disk fits. */
export function wholeLevel(steps: number, grid: MapGrid): number {
  let level = 0;
  while (cellsOf(grid) * 2 ** level < steps) level += 1;
  return level;
}

/** The window inside the disk, its first block at the start of a cell. */
export function clamped(window: MapWindow, steps: number, grid: MapGrid): MapWindow {
  const level = Math.max(0, Math.min(wholeLevel(steps, grid), Math.round(window.level)));
  const size = 2 ** level;
  const last = Math.max(0, Math.ceil(steps / size) - cellsOf(grid));
  const cell = Math.max(0, Math.min(last, Math.floor(window.first / size)));
  return { level, first: cell * size };
}

/** Zooms by whole levels and keeps the block at `cell` where it is. */
export function zoomed(window: MapWindow, levels: number, cell: number, steps: number, grid: MapGrid): MapWindow {
  const block = window.first + cell * 2 ** window.level;
  const level = Math.max(0, Math.min(wholeLevel(steps, grid), window.level + levels));
  return clamped({ level, first: block - cell * 2 ** level }, steps, grid);
}

export const moved = (window: MapWindow, cells: number, steps: number, grid: MapGrid): MapWindow =>
  clamped({ level: window.level, first: Math.max(0, window.first + cells * 2 ** window.level) }, steps, grid);

/** What a key does to the window, or null. Rows are the unit of up and down, a screen of Page Up and Down. */
export function afterKey(key: string, window: MapWindow, steps: number, grid: MapGrid): MapWindow | null {
  const middle = Math.floor(grid.rows / 2) * grid.columns;
  switch (key) {
    case "ArrowRight": return moved(window, Math.max(1, Math.floor(grid.columns / 8)), steps, grid);
    case "ArrowLeft": return moved(window, -Math.max(1, Math.floor(grid.columns / 8)), steps, grid);
    case "ArrowDown": return moved(window, grid.columns * 2, steps, grid);
    case "ArrowUp": return moved(window, -grid.columns * 2, steps, grid);
    case "PageDown": return moved(window, cellsOf(grid), steps, grid);
    case "PageUp": return moved(window, -cellsOf(grid), steps, grid);
    case "Home": return clamped({ level: window.level, first: 0 }, steps, grid);
    case "End": return clamped({ level: window.level, first: steps }, steps, grid);
    case "+": case "=": return zoomed(window, -1, middle, steps, grid);
    case "-": return zoomed(window, 1, middle, steps, grid);
    default: return null;
  }
}
