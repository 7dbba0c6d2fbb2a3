// A table of any length: only the rows in sight are in the page. Rows have one height; the data may be here already or arrive
// page by page. Keyboard as in a grid: arrows, Page Up and Down, Home, End; Enter opens the row, Space toggles it.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";

export interface Column<Row> {
  id: string;
  head: string;
  /** What the head means, shown on hover. */
  hint?: string;
  /** CSS width, as of grid-template-columns: "6rem", "minmax(12rem, 1fr)". */
  width: string;
  align?: "start" | "end";
  cell(row: Row, index: number): ComponentChildren;
  sortable?: boolean;
}

export interface Sorting {
  column: string;
  descending: boolean;
}

export interface VirtualTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  count: number;
  /** The row at an index, or undefined while it is on its way. */
  row(index: number): Row | undefined;
  rowKey(row: Row): string;
  rowHeight?: number;
  /** Told which rows are in sight, so that a page of them can be fetched. */
  onRange?(from: number, to: number): void;
  sorting?: Sorting | null;
  onSort?(sorting: Sorting): void;
  selected?: string | null;
  onOpen?(row: Row, index: number): void;
  onToggle?(row: Row, index: number): void;
  rowClass?(row: Row): string;
  empty?: ComponentChildren;
}

const kOverscan = 8;   // rows above and below the visible ones, so that a fast wheel shows no gap

/** From, to (exclusive) of the rows to draw. */
export function visibleRange(scroll: number, height: number, rowHeight: number, count: number): [number, number] {
  const first = Math.max(0, Math.floor(scroll / rowHeight) - kOverscan);
  const last = Math.min(count, Math.ceil((scroll + height) / rowHeight) + kOverscan);
  return [Math.min(first, count), last];
}

/** The row that a key moves to, or null when the key moves nothing. */
export function rowAfterKey(key: string, at: number, count: number, page: number): number | null {
  const within = (index: number) => Math.max(0, Math.min(count - 1, index));
  switch (key) {
    case "ArrowDown": return within(at + 1);
    case "ArrowUp": return within(at - 1);
    case "PageDown": return within(at + page);
    case "PageUp": return within(at - page);
    case "Home": return 0;
    case "End": return within(count - 1);
    default: return null;
  }
}

/** What of the table is in sight, kept up to date. */
function useView(body: { current: HTMLDivElement | null }) {
  const [view, setView] = useState({ scroll: 0, height: 600 });
  const measure = () => {
    const element = body.current;
    if (element === null) return;   // A scroll that was under way when the view was left.
    setView({ scroll: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(body.current!);
    measure();
    return () => observer.disconnect();
  }, []);
  return { view, measure };
}

/** Scrolls just as far as needed to show a row below the head that stays on top. */
function reveal(element: HTMLElement, index: number, rowHeight: number): void {
  const head = element.querySelector<HTMLElement>(".vtable-head")?.offsetHeight ?? 0;
  const top = index * rowHeight;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + rowHeight + head > element.scrollTop + element.clientHeight) element.scrollTop = top + rowHeight + head - element.clientHeight;
}

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { columns, count, rowHeight = 32, onRange } = props;
  const body = useRef<HTMLDivElement>(null);
  const { view, measure } = useView(body);
  const [cursor, setCursor] = useState(0);
  const [from, to] = visibleRange(view.scroll, view.height, rowHeight, count);
  useEffect(() => onRange?.(from, to), [from, to, onRange]);
  useEffect(() => {
    if (cursor >= count) setCursor(Math.max(0, count - 1));
  }, [count]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || count === 0) return;
    const next = rowAfterKey(event.key, cursor, count, Math.max(1, Math.floor(view.height / rowHeight) - 2));
    const row = props.row(cursor);
    if (next !== null) {
      setCursor(next);
      reveal(body.current!, next, rowHeight);
    } else if (event.key === "Enter" && row !== undefined) props.onOpen?.(row, cursor);
    else if (event.key === " " && row !== undefined && props.onToggle) props.onToggle(row, cursor);
    else return;
    event.preventDefault();
  };
  const template = columns.map((column) => column.width).join(" ");
  const shown = Array.from({ length: to - from }, (_, offset) => from + offset);
  return (
    <div class="vtable" ref={body} role="grid" tabIndex={0} aria-label={props.label} aria-rowcount={count + 1} aria-colcount={columns.length}
      aria-activedescendant={cursor >= from && cursor < to ? rowId(props.label, cursor) : undefined} onKeyDown={onKeyDown} onScroll={measure}>
      <div class="vtable-body" role="presentation">
        <TableHead {...props} template={template} />
        <div class="vtable-rows" role="rowgroup" style={{ height: `${count * rowHeight}px` }}>
          {shown.map((index) => {
            const row = props.row(index);
            const key = row === undefined ? `…${index}` : props.rowKey(row);
            return <TableRow key={key} table={props} row={row} index={index} isCursor={index === cursor} template={template} onCursor={setCursor} />;
          })}
        </div>
      </div>
      {count === 0 && <div class="vtable-empty">{props.empty ?? t("table.nothing")}</div>}
    </div>
  );
}

const rowId = (label: string, index: number): string => `${label.replace(/\W+/g, "-")}-row-${index}`;

function TableRow<Row>({ table, row, index, isCursor, template, onCursor }: {
  table: VirtualTableProps<Row>; row: Row | undefined; index: number; isCursor: boolean; template: string; onCursor(index: number): void;
}) {
  const { columns, rowHeight = 32, selected } = table;
  const isSelected = row !== undefined && table.rowKey(row) === selected;
  const classes = ["vtable-row", isCursor ? "is-cursor" : "", isSelected ? "is-selected" : "", table.onOpen ? "is-openable" : "",
    row === undefined ? "is-loading" : (table.rowClass?.(row) ?? "")];
  const onClick = (event: MouseEvent) => {
    if ((event.target as Element).closest("button, a, input, label")) return;
    onCursor(index);
    if (row !== undefined) table.onOpen?.(row, index);
  };
  return (
    <div id={rowId(table.label, index)} class={classes.filter(Boolean).join(" ")} role="row" aria-rowindex={index + 2} onClick={onClick}
      aria-selected={selected === undefined ? undefined : isSelected} style={{ gridTemplateColumns: template, height: `${rowHeight}px`, top: `${index * rowHeight}px` }}>
      {columns.map((column) => (
        <div key={column.id} role="gridcell" class={column.align === "end" ? "is-end" : undefined}>
          {row === undefined ? t("table.loading_row") : column.cell(row, index)}
        </div>
      ))}
    </div>
  );
}

function TableHead<Row>({ columns, template, sorting, onSort }: VirtualTableProps<Row> & { template: string }) {
  return (
    <div class="vtable-head" role="rowgroup">
      <div role="row" aria-rowindex={1} class="vtable-headrow" style={{ gridTemplateColumns: template }}>
        {columns.map((column) => {
          const active = sorting?.column === column.id;
          const order = active ? (sorting.descending ? "descending" : "ascending") : column.sortable ? "none" : undefined;
          return (
            <div key={column.id} role="columnheader" aria-sort={order} title={column.hint} class={column.align === "end" ? "is-end" : undefined}>
              {column.sortable && onSort ? (
                <button type="button" class="head-button" onClick={() => onSort({ column: column.id, descending: active ? !sorting.descending : false })}>
                  {column.head}
                  <span aria-hidden="true" class="head-arrow">{active ? (sorting.descending ? "↓" : "↑") : ""}</span>
                </button>
              ) : (
                column.head
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
