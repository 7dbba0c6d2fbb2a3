// Rows of a list that lives on the server, fetched as they come into sight: a hundred thousand functions are never all here.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError, readDocument } from "../api";

/** What every paged document of the server has (docs/formats/workbench-views.md). */
export interface RowsPage<Row> {
  rows_total: number;
  left_out: number;
  matching: number;
  offset: number;
  facets: Record<string, Record<string, number>>;
  rows: Row[];
}

export interface PagedRows<Row> {
  /** Rows that match, once the first page is here. */
  count: number;
  total: number;
  facets: Record<string, Record<string, number>>;
  row(index: number): Row | undefined;
  onRange(from: number, to: number): void;
  error: ApiError | null;
  loading: boolean;
}

const kPageRows = 200;
/** While the wheel turns nothing is asked for; what flies past is never read. */
const kSettleMs = 60;

export type PageQuery = Record<string, string | readonly string[] | null | undefined>;

/** A facet with several values stands in the query several times: values may hold any character. */
export function pagePath(path: string, query: PageQuery): string {
  const parameters = new URLSearchParams({ limit: String(kPageRows) });
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === "string" ? [value] : (value ?? [])) if (one !== "") parameters.append(name, one);
  }
  return `${path}?${parameters.toString()}`;
}

export function usePagedRows<Row>(path: string | null, query: PageQuery): PagedRows<Row> {
  const base = path === null ? null : pagePath(path, query);
  const pages = useRef(new Map<number, Row[]>());
  const asked = useRef(new Set<number>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [head, setHead] = useState<{ base: string | null; page: RowsPage<Row> | null; error: ApiError | null; arrived: number }>({ base: null, page: null, error: null, arrived: 0 });
  const current = useRef(base);
  if (current.current !== base) {
    current.current = base;
    pages.current = new Map();
    asked.current = new Set();
  }
  const fetchPage = useCallback((from: string, number: number) => {
    if (asked.current.has(number)) return;
    asked.current.add(number);
    readDocument<RowsPage<Row>>(`${from}&offset=${number * kPageRows}`).then(
      (page) => {
        if (current.current !== from) return;
        pages.current.set(number, page.rows);
        setHead((before) => ({ base: from, page, error: null, arrived: before.arrived + 1 }));
      },
      (error: unknown) => {
        if (current.current !== from) return;
        asked.current.delete(number);
        setHead((before) => ({ ...before, base: from, error: error instanceof ApiError ? error : new ApiError(0, String(error)) }));
      },
    );
  }, []);
  useEffect(() => {
    if (base !== null) fetchPage(base, 0);
    return () => clearTimeout(timer.current);
  }, [base, fetchPage]);
  const onRange = useCallback((from: number, to: number) => {
    if (base === null) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      for (let page = Math.floor(from / kPageRows); page * kPageRows < to; page += 1) fetchPage(base, page);
    }, kSettleMs);
  }, [base, fetchPage]);
  const here = head.page;
  return useMemo(() => ({
    count: here?.matching ?? 0,
    total: here?.rows_total ?? 0,
    facets: here?.facets ?? {},
    row: (index: number) => (head.base === base ? pages.current.get(Math.floor(index / kPageRows))?.[index % kPageRows] : undefined),
    onRange,
    error: head.base === base ? head.error : null,
    loading: head.base !== base || here === null,
  }), [head, base, onRange, here]);
}
