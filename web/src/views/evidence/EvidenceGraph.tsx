// Who rests on what: statements, evidence and the roots below them. Circular reporting shows as lines that reach no root.
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Segmented } from "../../components/Tabs";
import { count } from "../../format";
import { t, tCode, tn } from "../../i18n";
import { connected, kNodeHeight, layout, type Graph, type GraphEdge, type GraphNode } from "./graphLayout";
import type { ShapeProps } from "./EvidenceTable";

const kDrawn = 300;        // nodes that a reader could still follow and a browser draws at once
const kGap = 90;           // pixels between columns for the lines
const kLeastWidth = 560;

export function EvidenceGraph({ rows, selected, onOpen }: ShapeProps) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  const [onlyViews, setOnlyViews] = useState<"views" | "all">("all");
  const [focus, setFocus] = useState<string | null>(null);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setWidth(Math.max(kLeastWidth, box.current?.clientWidth ?? kLeastWidth)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const wanted = rows.filter((row) => onlyViews === "all" || row.reporting !== null);
  const drawn = useMemo(() => [...wanted].sort((a, b) => (a.item.known_from < b.item.known_from ? 1 : -1)).slice(0, kDrawn), [rows, onlyViews]);
  const graph = useMemo(() => layout(drawn), [drawn]);
  const circular = rows.filter((row) => row.reporting === "circular").length;
  const key = focus ?? (selected ? `i:${selected}` : null);
  const lit = useMemo(() => (key && graph.nodes.some((node) => node.key === key) ? connected(graph.edges, key) : null), [graph, key]);
  return (
    <>
      <div class="shape-note graph-head">
        <p class="soft">{t("graph.note")}</p>
        <Segmented<"all" | "views"> label={t("graph.show")} hideLabel value={onlyViews} onChange={(id) => setOnlyViews(id)}
          options={[{ id: "all", label: t("graph.everything") }, { id: "views", label: t("graph.only_views") }]} />
      </div>
      {circular > 0 && <p class="graph-circular"><span class="badge is-warn">{tn("graph.circular", circular)}</span></p>}
      {wanted.length > drawn.length && <p class="soft">{t("graph.too_many", { shown: count(drawn.length), count: count(wanted.length) })}</p>}
      <div class="graph" ref={box}>
        <Drawing graph={graph} width={width} lit={lit} selected={selected} onFocus={setFocus} onOpen={onOpen} />
      </div>
    </>
  );
}

interface DrawingProps {
  graph: Graph;
  width: number;
  lit: ReadonlySet<string> | null;
  selected: string | null;
  onFocus(key: string | null): void;
  onOpen(id: string): void;
}

const kHead = 24;

function Drawing({ graph, width, lit, selected, onFocus, onOpen }: DrawingProps) {
  const columns = graph.columns + 1;
  const nodeWidth = Math.min(230, (width - 2 - kGap * (columns - 1)) / columns);
  const x = (column: number) => 1 + (column * (width - 2 - nodeWidth)) / Math.max(1, columns - 1);
  const at = new Map(graph.nodes.map((node) => [node.key, node]));
  const heads = Array.from({ length: columns }, (_, column) =>
    column === columns - 1 ? t("graph.roots") : column === columns - 2 ? t("graph.items") : column === 0 || columns > 3 ? t("graph.echoes") : "");
  return (
    <svg class={`graph-drawing${lit ? " has-focus" : ""}`} width={width} height={graph.height + kHead + 4} role="group" aria-label={t("graph.label")}>
      {heads.map((head, column) => <text key={column} class="graph-head-text" x={x(column)} y={12}>{head}</text>)}
      <g transform={`translate(0 ${kHead})`}>
        {graph.edges.map((edge) => <Edge key={`${edge.from} ${edge.to}`} edge={edge} at={at} x={x} nodeWidth={nodeWidth} lit={lit} />)}
        {graph.nodes.map((node) => (
          <Node key={node.key} node={node} x={x(node.column)} width={nodeWidth} lit={lit} selected={node.row?.item.id === selected} onFocus={onFocus} onOpen={onOpen} />
        ))}
      </g>
    </svg>
  );
}

function Edge({ edge, at, x, nodeWidth, lit }: { edge: GraphEdge; at: ReadonlyMap<string, GraphNode>; x(column: number): number; nodeWidth: number; lit: ReadonlySet<string> | null }) {
  const from = at.get(edge.from);
  const to = at.get(edge.to);
  if (!from || !to) return null;
  const x1 = x(from.column) + nodeWidth;
  const x2 = x(to.column);
  const y1 = from.y + kNodeHeight / 2;
  const y2 = to.y + kNodeHeight / 2;
  const bend = Math.min(60, (x2 - x1) / 2);
  const shown = lit?.has(edge.from) && lit.has(edge.to);
  return <path class={`graph-edge${edge.echo ? " is-echo" : ""}${shown ? " is-lit" : ""}`} d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} />;
}

/** Pixels of a text at 11 px, roughly: capitals and digits are wider. Enough to cut it where the box ends. */
const roughWidth = (text: string): number => [...text].reduce((sum, sign) => sum + (/[A-ZÇËÉÀ@%&mwMW]/.test(sign) ? 8 : /[ iljtfr.,;:'()|!-]/.test(sign) ? 3.7 : 6.1), 0);

function cutTo(text: string, width: number): string {
  let end = text.length;
  while (end > 0 && roughWidth(text.slice(0, end)) + (end < text.length ? 8 : 0) > width) end -= 1;
  return end === text.length ? text : end === 0 ? "" : `${text.slice(0, end).trimEnd()}…`;
}

function Node({ node, x, width, lit, selected, onFocus, onOpen }: {
  node: GraphNode; x: number; width: number; lit: ReadonlySet<string> | null; selected: boolean; onFocus(key: string | null): void; onOpen(id: string): void;
}) {
  const reporting = node.row?.reporting ?? null;
  const id = node.row?.item.id;
  const text = cutTo(node.text.slice(0, 80), width - 22 - roughWidth(node.label) * 1.08);
  const classes = ["graph-node", `is-${node.kind}`, reporting ? `is-${reporting}` : "", lit?.has(node.key) ? "is-lit" : "", selected ? "is-selected" : "", node.row?.out ? "is-out" : ""];
  const spoken = [node.label, node.text, reporting && reporting !== "first_hand" ? tCode("reporting", reporting) : ""].filter(Boolean).join(": ");
  const open = () => id && onOpen(id);
  return (
    <g class={classes.filter(Boolean).join(" ")} transform={`translate(${x} ${node.y})`}>
      <title>{node.row ? `${spoken}\n${node.row.item.claim}` : spoken}</title>
      <g class="graph-hit" tabIndex={0} role={id ? "button" : "img"} aria-label={spoken}
        onMouseEnter={() => onFocus(node.key)} onMouseLeave={() => onFocus(null)} onFocus={() => onFocus(node.key)} onBlur={() => onFocus(null)}
        onClick={open} onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          open();
        }}>
        <rect width={width} height={kNodeHeight} rx="4" />
      </g>
      <text x="8" y="16" aria-hidden="true"><tspan class="graph-id">{node.label}</tspan><tspan dx="6">{text}</tspan></text>
    </g>
  );
}
