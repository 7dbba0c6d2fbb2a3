// A control-flow graph. Its blocks carry the numbers of the alignment, so that partners in the two graphs are found by eye.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { t } from "../../i18n";
import type { AlignedPair, BlockLook } from "./documents";
import { lookOf } from "./documents";
import { layoutFlow, type FlowPlace } from "./flowLayout";

/** Beyond it nobody can follow the lines. */
const kMaxDrawn = 120;
const kBox = { width: 38, height: 20 }, kColumn = 50, kLayer = 42, kMargin = 16;

interface DrawnNode {
  index: number;
  look: BlockLook;
  to: number[];
  lines: number;
}

/** The blocks of one side by their number in the alignment. */
function nodesOf(pair: AlignedPair, side: "left" | "right"): DrawnNode[] {
  const numbers = new Map<number, number>();
  pair.blocks.forEach((block, index) => {
    const address = block[side];
    if (address !== null) numbers.set(address, index);
  });
  return pair.blocks.flatMap((block, index) => (block[side] === null ? [] : [{
    index, look: lookOf(block), lines: block.rows.filter((row) => row[side] !== null).length,
    to: (side === "left" ? block.left_to : block.right_to).flatMap((address) => numbers.get(address) ?? []),
  }]));
}

function path(from: FlowPlace, to: FlowPlace, back: boolean, centre: number): string {
  const x1 = centre + from.x * kColumn, y1 = kMargin + from.layer * kLayer + kBox.height;
  const x2 = centre + to.x * kColumn, y2 = kMargin + to.layer * kLayer;
  if (!back && to.layer === from.layer + 1) return `M${x1} ${y1}C${x1} ${y1 + 12} ${x2} ${y2 - 12} ${x2} ${y2}`;
  const side = Math.max(x1, x2) + kBox.width * 0.9;
  return `M${x1} ${y1}C${side} ${y1 + 14} ${side} ${y2 - 14} ${x2} ${y2}`;
}

export function FlowGraph({ pair, side, label, chosen, marked, onChoose }: {
  pair: AlignedPair; side: "left" | "right"; label: string; chosen: number | null; marked: ReadonlySet<number>; onChoose(index: number | null): void;
}) {
  const nodes = useMemo(() => nodesOf(pair, side), [pair, side]);
  const layout = useMemo(() => (nodes.length > kMaxDrawn ? null : layoutFlow(nodes.map((node) => ({ id: node.index, to: node.to })))), [nodes]);
  const drawing = useRef<SVGSVGElement>(null);
  useEffect(() => {   // the partner of a chosen block comes into sight too
    const frame = drawing.current?.parentElement;
    const place = chosen === null ? undefined : layout?.places.get(chosen);
    if (frame && place) frame.scrollTo(frame.scrollLeft, kMargin + place.layer * kLayer - frame.clientHeight / 2);
  }, [chosen, layout]);
  if (!layout) return <p class="soft">{t("pair.too_many", { blocks: nodes.length })}</p>;
  const width = 2 * layout.half * kColumn + kBox.width + 2 * kMargin + kBox.width;
  const height = layout.layers * kLayer - (kLayer - kBox.height) + 2 * kMargin;
  const centre = width / 2;
  return (
    <svg ref={drawing} class="flow" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="group" aria-label={t("pair.graph_of", { side: label, blocks: nodes.length })}>
      {layout.edges.map((edge) => (
        <path key={`${edge.from}-${edge.to}`} class={`flow-edge${edge.back ? " is-back" : ""}${chosen === edge.from || chosen === edge.to ? " is-chosen" : ""}`}
          d={path(layout.places.get(edge.from)!, layout.places.get(edge.to)!, edge.back, centre)} />
      ))}
      {nodes.map((node) => {
        const place = layout.places.get(node.index)!;
        const x = centre + place.x * kColumn, y = kMargin + place.layer * kLayer;
        const title = `${t("pair.block", { number: node.index })}, ${t(`pair.block_look.${node.look}`)}`;
        return (
          <g key={node.index} class={`flow-node is-${node.look}${node.index === chosen ? " is-chosen" : ""}${marked.has(node.index) ? " is-marked" : ""}`}
            role="button" tabIndex={0} aria-label={title} aria-pressed={node.index === chosen}
            onClick={() => onChoose(node.index)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" && event.key !== " ") return;
              event.preventDefault();
              onChoose(node.index);
            }}>
            <title>{title}</title>
            <rect x={x - kBox.width / 2} y={y} width={kBox.width} height={kBox.height} rx={4} />
            <text x={x} y={y + 14} text-anchor="middle">{node.index}</text>
          </g>
        );
      })}
    </svg>
  );
}
