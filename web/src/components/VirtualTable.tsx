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

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { columns, count, rowHeight = 32 } = props;
  const body = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scroll: 0, height: 600 });
  const [cursor, setCursor] = useState(0);
  useLayoutEffect(() => {
    const element = body.current!;
    const measure = () => setView({ scroll: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  const [from, to] = visibleRange(view.scroll, view.height, rowHeight, count);
  const { onRange } = props;
  useEffect(() => onRange?.(from, to), [from, to, onRange]);
  useEffect(() => {
    if (cursor >= count) setCursor(Math.max(0, count - 1));
  }, [count]);

  const reveal = (index: number) => {
    const element = body.current!;
    const head = element.querySelector<HTMLElement>(".vtable-head")?.offsetHeight ?? 0;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight + head > element.scrollTop + element.clientHeight) element.scrollTop = top + rowHeight + head - element.clientHeight;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || count === 0) return;
    const next = rowAfterKey(event.key, cursor, count, Math.max(1, Math.floor(view.height / rowHeight) - 2));
    const row = props.row(cursor);
    if (next !== null) {
      setCursor(next);
      reveal(next);
    } else if (event.key === "Enter" && row !== undefined) props.onOpen?.(row, cursor);
    else if (event.key === " " && row !== undefined && props.onToggle) props.onToggle(row, cursor);
    else return;
    event.preventDefault();
  };
  const template = columns.map((column) => column.width).join(" ");
  const rowId = (index: number) => `${props.label.replace(/\W+/g, "-")}-row-${index}`;
  return (
    <div class="vtable" ref={body} role="grid" tabIndex={0} aria-label={props.label} aria-rowcount={count + 1} aria-colcount={columns.length}
      aria-activedescendant={count > 0 && cursor >= from && cursor < to ? rowId(cursor) : undefined}
      onKeyDown={onKeyDown} onScroll={(event) => setView({ scroll: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}>
      <div class="vtable-body" role="presentation">
      <TableHead {...props} template={template} />
      <div class="vtable-rows" role="rowgroup" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: to - from }, (_, offset) => {
          const index = from + offset;
          const row = props.row(index);
          const key = row === undefined ? `…${index}` : props.rowKey(row);
          const classes = ["vtable-row", index === cursor ? "is-cursor" : "", row !== undefined && key === props.selected ? "is-selected" : "",
            row !== undefined ? (props.rowClass?.(row) ?? "") : "is-loading", props.onOpen ? "is-openable" : ""];
          return (
            <div key={key} id={rowId(index)} class={classes.filter(Boolean).join(" ")} role="row" aria-rowindex={index + 2}
              aria-selected={props.selected !== undefined ? key === props.selected : undefined}
              style={{ gridTemplateColumns: template, height: `${rowHeight}px`, top: `${index * rowHeight}px` }}
              onClick={(event) => {
                if ((event.target as Element).closest("button, a, input, label")) return;
                setCursor(index);
                if (row !== undefined) props.onOpen?.(row, index);
              }}>
              {columns.map((column) => (
                <div key={column.id} role="gridcell" class={column.align === "end" ? "is-end" : undefined}>
                  {row === undefined ? t("table.loading_row") : column.cell(row, index)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
      </div>
      {count === 0 && <div class="vtable-empty">{props.empty ?? t("table.nothing")}</div>}
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
