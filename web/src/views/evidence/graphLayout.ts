// Where the nodes of "who rests on what" stand: roots on the right, what rests on them in the middle, what repeats others to
// the left, one column per step. Pure; O(nodes log nodes + edges).
import type { EvidenceRow } from "./rows";

export interface GraphNode {
  key: string;
  kind: "item" | "root";
  label: string;
  text: string;
  column: number;
  y: number;
  row?: EvidenceRow;
}
export interface GraphEdge {
  from: string;
  to: string;
  echo: boolean;
}
export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Columns of items; the roots stand in column `columns`. */
  columns: number;
  height: number;
}

export const kNodeHeight = 24;
export const kNodeGap = 5;
const kStep = kNodeHeight + kNodeGap;
const kMostDepth = 6;   // longer chains of repetition share the leftmost column

/** 0 for what rests on roots itself, 1 for what repeats that, and so on. Circles cannot be: the validator refuses them. */
function depths(rows: readonly EvidenceRow[]): Map<string, number> {
  const byId = new Map(rows.map((row) => [row.item.id, row]));
  const depth = new Map<string, number>();
  const visit = (id: string, guard: number): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    const row = byId.get(id);
    if (!row || guard > kMostDepth) return -1;
    const below = row.item.derived_from.map((other) => visit(other, guard + 1));
    const value = Math.min(kMostDepth, Math.max(-1, ...below) + 1);
    depth.set(id, value);
    return value;
  };
  for (const row of rows) visit(row.item.id, 0);
  return depth;
}

export function layout(rows: readonly EvidenceRow[]): Graph {
  const depth = depths(rows);
  const deepest = Math.max(0, ...depth.values());
  const drawn = new Set(rows.map((row) => row.item.id));
  const roots = [...new Map(rows.flatMap((row) => row.roots).map((root) => [root.id, root])).values()]
    .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
  const rank = new Map(roots.map((root, index) => [root.id, index]));
  const edges: GraphEdge[] = rows.flatMap(({ item }): GraphEdge[] => {
    const repeats = item.derived_from.filter((id) => drawn.has(id));
    return repeats.length > 0
      ? repeats.map((to) => ({ from: `i:${item.id}`, to: `i:${to}`, echo: true }))
      : item.roots.map((to) => ({ from: `i:${item.id}`, to: `r:${to}`, echo: false }));
  });
  const place = (row: EvidenceRow) => row.item.roots.reduce((sum, id) => sum + (rank.get(id) ?? 0), 0) / Math.max(1, row.item.roots.length);
  const nodes: GraphNode[] = [];
  const bottoms: number[] = [];
  const y = new Map<string, number>();
  const put = (node: Omit<GraphNode, "y">, wanted: number) => {
    const top = Math.max(bottoms[node.column] ?? 0, wanted);
    bottoms[node.column] = top + kStep;
    y.set(node.key, top);
    nodes.push({ ...node, y: top });
  };
  const mean = (keys: readonly string[]) => {
    const found = keys.map((key) => y.get(key)).filter((value) => value !== undefined);
    return found.length === 0 ? 0 : found.reduce((sum, value) => sum + value, 0) / found.length;
  };
  const itemNode = (row: EvidenceRow): Omit<GraphNode, "y"> => ({
    key: `i:${row.item.id}`, kind: "item", label: row.item.id, text: row.item.issuer?.name ?? row.item.claim, column: deepest - (depth.get(row.item.id) ?? 0), row });
  const firstHand = rows.filter((row) => depth.get(row.item.id) === 0)
    .sort((a, b) => place(a) - place(b) || a.item.known_from.localeCompare(b.item.known_from) || (a.item.id < b.item.id ? -1 : 1));
  for (const row of firstHand) put(itemNode(row), 0);
  for (let step = 1; step <= deepest; ++step) {
    const repeats = rows.filter((row) => depth.get(row.item.id) === step).map((row) => ({ row, at: mean(row.item.derived_from.map((id) => `i:${id}`)) }));
    for (const { row, at } of repeats.sort((a, b) => a.at - b.at || (a.row.item.id < b.row.item.id ? -1 : 1))) put(itemNode(row), at);
  }
  const resting = roots.map((root) => ({ root, at: mean(edges.filter((edge) => edge.to === `r:${root.id}`).map((edge) => edge.from)) }));
  for (const { root, at } of resting.sort((a, b) => a.at - b.at)) {
    put({ key: `r:${root.id}`, kind: "root", label: `${root.id} (${root.grade ?? "F"})`, text: root.label ?? "", column: deepest + 1 }, at);
  }
  return { nodes, edges, columns: deepest + 1, height: Math.max(kStep, ...bottoms.filter((bottom) => bottom !== undefined)) };
}

/** Everything that a node rests on, and everything that rests on it; with itself. */
export function connected(edges: readonly GraphEdge[], key: string): Set<string> {
  const walk = (start: string, next: (edge: GraphEdge, at: string) => string | null) => {
    const seen = new Set([start]);
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const edge of edges) {
        const to = next(edge, at);
        if (to !== null && !seen.has(to)) {
          seen.add(to);
          open.push(to);
        }
      }
    }
    return seen;
  };
  const down = walk(key, (edge, at) => (edge.from === at ? edge.to : null));
  for (const other of walk(key, (edge, at) => (edge.to === at ? edge.from : null))) down.add(other);
  return down;
}
