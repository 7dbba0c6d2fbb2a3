// Two functions line by line: what is equal but for addresses, what is alike, what only one has. Only lines in sight are drawn.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Untrusted } from "../../components/Untrusted";
import { visibleRange } from "../../components/VirtualTable";
import { t } from "../../i18n";
import { hex } from "../kinship/documents";
import type { AlignedPair, AlignedRow, CodeLine } from "./documents";
import type { LineTest } from "./features";

export type CodeEntry = { kind: "head"; block: number } | { kind: "row"; block: number; row: AlignedRow };

export const entriesOf = (pair: AlignedPair): CodeEntry[] =>
  pair.blocks.flatMap((block, index) => [{ kind: "head" as const, block: index }, ...block.rows.map((row) => ({ kind: "row" as const, block: index, row }))]);

const kLineHeight = 19;
const kMarks = { equal: "=", alike: "~", only_left: "‹", only_right: "›" } as const;

function Side({ line, test }: { line: CodeLine | null; test: LineTest | null }) {
  if (!line) return <><span class="code-address" /><span class="code-text" /></>;
  return (
    <>
      <span class="code-address">{hex(line.address)}</span>
      <span class={`code-text${test?.(line) ? " is-feature" : ""}`} title={line.refers ? `${line.text}  ; ${line.refers}` : line.text}>
        {line.text}{line.refers && <span class="code-refers">  ; <Untrusted text={line.refers} /></span>}
      </span>
    </>
  );
}

function Line({ entry, pair, test, chosen }: { entry: CodeEntry; pair: AlignedPair; test: LineTest | null; chosen: boolean }) {
  if (entry.kind === "row") {
    return (
      <div role="row" class={`code-line is-${entry.row.kind}${chosen ? " is-chosen" : ""}`}>
        <span role="cell" class="code-side"><Side line={entry.row.left} test={test} /></span>
        <span role="cell" class="code-mark" aria-label={t(`pair.row.${entry.row.kind}`)}>{kMarks[entry.row.kind]}</span>
        <span role="cell" class="code-side"><Side line={entry.row.right} test={test} /></span>
      </div>
    );
  }
  const block = pair.blocks[entry.block]!;
  const title = (address: number | null) => (address === null ? "–" : hex(address));
  return (
    <div role="row" class={`code-line code-head${chosen ? " is-chosen" : ""}`}>
      <span role="cell" class="code-side">{title(block.left)}</span>
      <span role="cell" class="code-mark" aria-label={t("pair.block", { number: entry.block })}>{entry.block}</span>
      <span role="cell" class="code-side">{title(block.right)}</span>
    </div>
  );
}

export function CodeTable({ pair, test, chosen }: { pair: AlignedPair; test: LineTest | null; chosen: number | null }) {
  const entries = useMemo(() => entriesOf(pair), [pair]);
  const body = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scroll: 0, height: 500 });
  useLayoutEffect(() => {
    const element = body.current!;
    const measure = () => setView({ scroll: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (chosen === null) return;
    const at = entries.findIndex((entry) => entry.kind === "head" && entry.block === chosen);
    if (at >= 0 && body.current) body.current.scrollTop = at * kLineHeight - 4;
  }, [chosen, entries]);
  const [from, to] = visibleRange(view.scroll, view.height, kLineHeight, entries.length);
  return (
    <div class="code-table" ref={body} role="table" tabIndex={0} aria-label={t("pair.code")} aria-rowcount={entries.length}
      onScroll={(event) => setView({ scroll: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}>
      <div role="rowgroup" class="code-lines" style={{ height: `${entries.length * kLineHeight}px` }}>
        <div role="presentation" class="code-window" style={{ transform: `translateY(${from * kLineHeight}px)` }}>
          {entries.slice(from, to).map((entry, i) => <Line key={from + i} entry={entry} pair={pair} test={test} chosen={entry.block === chosen} />)}
        </div>
      </div>
    </div>
  );
}
