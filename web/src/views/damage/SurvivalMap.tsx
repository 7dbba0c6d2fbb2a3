// The survival map of one disk: every block, in reading order from the start of the disk to its end. Drawn to a canvas from tiles;
// moving and zooming never wait for the server.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { casePath, useDocument, withQuery } from "../../api";
import { Show } from "../../components/states";
import { bytes, count } from "../../format";
import { t } from "../../i18n";
import { useSettings } from "../../settings";
import { shareText } from "../../components/ShareBar";
import { fileName, type DamageSource, type MapDocument } from "./documents";
import { MapTiles } from "./mapTiles";
import { afterKey, cellsOf, clamped, moved, wholeLevel, zoomed, type MapGrid, type MapWindow } from "./mapWindow";
import { paintMap, paletteOf } from "./paintMap";

/** CSS pixels of the map's height, and of a cell's side: as large as lets the whole disk fit, within these. */
const kHeight = 256, kSmallestCell = 4, kLargestCell = 10;

export function gridOf(width: number, steps: number): { grid: MapGrid; cell: number } {
  const cell = Math.max(kSmallestCell, Math.min(kLargestCell, Math.floor(Math.sqrt((width * kHeight) / Math.max(steps, 1)))));
  const columns = Math.max(20, Math.floor(width / cell));
  return { cell, grid: { columns, rows: Math.max(4, Math.min(Math.floor(kHeight / cell), Math.ceil(steps / columns))) } };
}
const kStates = ["known", "constant", "other", "unread"] as const;

export function SurvivalMap({ caseId, image, source }: { caseId: string; image: number; source: DamageSource }) {
  const path = casePath(caseId, "/damage/map");
  const whole = useDocument<MapDocument>(withQuery(path, { image, width: 1 }));
  return <Show loaded={whole}>{(value) => <Drawn key={image} path={path} image={image} source={source} whole={value} />}</Show>;
}

interface Drag {
  x: number;
  y: number;
  from: MapWindow;
}

function Drawn({ path, image, source, whole }: { path: string; image: number; source: DamageSource; whole: MapDocument }) {
  const steps = whole.steps;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const window_ = useRef<MapWindow | null>(null);
  const asked = useRef(0);
  const drag = useRef<Drag | null>(null);
  const [{ grid, cell: side }, setGrid] = useState(() => gridOf(800, steps));
  const [shown, setShown] = useState<MapWindow>({ level: 0, first: 0 });
  const [at, setAt] = useState<number | null>(null);
  const { theme } = useSettings();

  const draw = useCallback(() => {
    asked.current = 0;
    const element = canvas.current, seen = window_.current;
    const context = element?.getContext("2d");
    if (!element || !context || !seen) return;
    performance.mark("map-paint-start");
    paintMap(context, tiles.current!, seen, grid, paletteOf(element));
    performance.measure("map-paint", "map-paint-start");
  }, [grid]);
  const redraw = useCallback(() => {
    if (asked.current === 0) asked.current = requestAnimationFrame(draw);
  }, [draw]);
  const later = useRef(redraw);
  later.current = redraw;
  const tiles = useRef<MapTiles | null>(null);
  tiles.current ??= new MapTiles(path, image, steps, () => later.current());

  const show = useCallback((next: MapWindow) => {
    window_.current = clamped(next, steps, grid);
    setShown(window_.current);
    redraw();
  }, [steps, grid, redraw]);

  useLayoutEffect(() => {
    const element = frame.current!;
    const measure = () => setGrid((before) => {
      const next = gridOf(element.clientWidth, steps);
      return next.grid.columns === before.grid.columns && next.cell === before.cell ? before : next;
    });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [steps]);
  useEffect(() => {
    tiles.current!.want(tiles.current!.topLevel, 0);
    show(window_.current ?? { level: wholeLevel(steps, grid), first: 0 });
  }, [grid, steps, show, theme]);
  useEffect(() => {
    const element = canvas.current!;
    const onWheel = (event: WheelEvent) => {   // not passive: the page must not scroll under the map
      event.preventDefault();
      const seen = window_.current;
      if (!seen) return;
      if (event.shiftKey) show(moved(seen, Math.sign(event.deltaY || event.deltaX) * grid.columns * 3, steps, grid));
      else show(zoomed(seen, Math.sign(event.deltaY), cellUnder(event, element, grid, side), steps, grid));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [grid, side, steps, show]);

  const size = 2 ** shown.level;
  const totals = useMemo(() => sumOf(whole), [whole]);
  const label = t("damage.map_label", { image: fileName(source.path), steps: count(steps), known: count(totals[0]!), constant: count(totals[1]!), other: count(totals[2]!), unread: count(totals[3]!) });
  const zoom = (levels: number) => show(zoomed(window_.current ?? shown, levels, Math.floor(grid.rows / 2) * grid.columns, steps, grid));
  return (
    <div class="map">
      <div class="map-tools">
        <ul class="key">
          {kStates.map((state, i) => <li key={state}><i class={`swatch is-map-${state}`} aria-hidden="true" />{t(`damage.state.${state}`)} <b>{shareText(totals[i]!, steps)}</b></li>)}
        </ul>
        <span class="map-buttons">
          <button type="button" class="icon-button" aria-label={t("damage.zoom_out")} disabled={shown.level >= wholeLevel(steps, grid)} onClick={() => zoom(1)}>−</button>
          <button type="button" class="icon-button" aria-label={t("damage.zoom_in")} disabled={shown.level === 0} onClick={() => zoom(-1)}>+</button>
          <button type="button" class="button" onClick={() => show({ level: 99, first: 0 })}>{t("damage.whole")}</button>
        </span>
      </div>
      <div class="map-frame" ref={frame}>
        <canvas ref={canvas} width={grid.columns} height={grid.rows} style={{ width: `${grid.columns * side}px`, height: `${grid.rows * side}px` }} tabIndex={0} role="img" aria-label={label}
          aria-describedby="map-help"
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            drag.current = { x: event.clientX, y: event.clientY, from: window_.current ?? shown };
          }}
          onPointerMove={(event) => {
            const held = drag.current;
            if (!held) return setAt(cellUnder(event, event.currentTarget, grid, side));
            const rows = Math.round((held.y - event.clientY) / side), columns = Math.round((held.x - event.clientX) / side);
            show(moved(held.from, rows * grid.columns + columns, steps, grid));
          }}
          onPointerUp={() => (drag.current = null)} onPointerCancel={() => (drag.current = null)} onPointerLeave={() => setAt(null)}
          onKeyDown={(event) => {
            const next = afterKey(event.key, window_.current ?? shown, steps, grid);
            if (!next) return;
            event.preventDefault();
            show(next);
          }} />
      </div>
      <Overview steps={steps} window={shown} grid={grid} onShow={(first) => show({ level: shown.level, first })} />
      <p class="map-line" aria-live="polite">
        <span>{readout(tiles.current, shown, at, grid, whole)}</span>
        <span class="soft">{t("damage.cell", { size: bytes(size * whole.step_bytes) })}</span>
      </p>
      <p class="soft" id="map-help">{t("damage.map_help")}{whole.step_bytes !== 4096 && ` ${t("damage.coarse", { cells: count(steps) })}`}</p>
    </div>
  );
}

function cellUnder(event: { clientX: number; clientY: number }, element: HTMLElement, grid: MapGrid, side: number): number {
  const box = element.getBoundingClientRect();
  const column = Math.max(0, Math.min(grid.columns - 1, Math.floor((event.clientX - box.left) / side)));
  const row = Math.max(0, Math.min(grid.rows - 1, Math.floor((event.clientY - box.top) / side)));
  return row * grid.columns + column;
}

const sumOf = (map: MapDocument): number[] => [1, 2, 3, 4].map((part) => map.runs.reduce((sum, run) => sum + run[0] * run[part]!, 0));

/** What the cell under the pointer holds; without a pointer, what is in sight. */
function readout(tiles: MapTiles | null, window: MapWindow, at: number | null, grid: MapGrid, whole: MapDocument): string {
  const size = 2 ** window.level;
  const first = window.first + (at ?? 0) * size;
  const last = Math.min(whole.steps, at === null ? window.first + cellsOf(grid) * size : first + size);
  if (first >= whole.steps) return "";
  const place = { from: bytes(first * whole.step_bytes), to: bytes(last * whole.step_bytes) };
  if (at === null) return t("damage.at", { ...place, what: shareText(last - first, whole.steps) });
  const counts = new Float64Array(4);
  const known = tiles?.cell(window.level, Math.floor(first / size), counts) ?? false;
  const all = counts.reduce((sum, value) => sum + value, 0);
  const parts = kStates.flatMap((state, i) => (counts[i]! > 0 ? [`${t(`damage.state.${state}`)} ${shareText(counts[i]!, all)}`] : []));
  return t("damage.at", { ...place, what: known ? parts.join(", ") : "…" });
}

/** The whole disk as one line, with what is in sight; a native slider, so that it works as one everywhere. */
function Overview({ steps, window, grid, onShow }: { steps: number; window: MapWindow; grid: MapGrid; onShow(first: number): void }) {
  const seen = Math.min(1, (cellsOf(grid) * 2 ** window.level) / steps);
  return (
    <div class="map-overview">
      <i style={{ left: `${(100 * window.first) / steps}%`, width: `${Math.max(0.4, 100 * seen)}%` }} aria-hidden="true" />
      <input type="range" min={0} max={steps} step={2 ** window.level} value={window.first} aria-label={t("damage.offset")} disabled={seen >= 1} onInput={(event) => onShow(Number(event.currentTarget.value))} />
    </div>
  );
}
