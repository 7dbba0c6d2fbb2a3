// Where the boxes of a control-flow graph stand: blocks in layers below what leads to them, ordered by where their edges come from.
export interface FlowNode {
  id: number;
  to: number[];
}
export interface FlowEdge {
  from: number;
  to: number;
  back: boolean;
}
export interface FlowPlace {
  layer: number;
  /** Middle of the box, in columns; 0 is the middle of the drawing. */
  x: number;
}
export interface FlowLayout {
  places: Map<number, FlowPlace>;
  edges: FlowEdge[];
  layers: number;
  /** Half of the widest layer, in columns. */
  half: number;
}

/** Edges, those that close a loop told apart, and the nodes in the order in which a depth-first walk leaves them. */
function walk(nodes: readonly FlowNode[]): { edges: FlowEdge[]; finished: number[] } {
  const successors = new Map(nodes.map((node) => [node.id, node.to]));
  const state = new Map<number, "open" | "done">();
  const edges: FlowEdge[] = [];
  const finished: number[] = [];
  for (const root of nodes) {
    if (state.has(root.id)) continue;
    const stack = [{ id: root.id, next: 0 }];
    state.set(root.id, "open");
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const to = successors.get(top.id)![top.next];
      if (to === undefined) {
        state.set(top.id, "done");
        finished.push(top.id);
        stack.pop();
        continue;
      }
      top.next += 1;
      if (!successors.has(to)) continue;
      edges.push({ from: top.id, to, back: state.get(to) === "open" });
      if (state.has(to)) continue;
      state.set(to, "open");
      stack.push({ id: to, next: 0 });
    }
  }
  return { edges, finished };
}

const mean = (values: number[]): number | null => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);

/** Sweeps down and up a few times: a node moves under the middle of its neighbours (Sugiyama, Tagawa and Toda 1981). */
function order(layers: number[][], edges: readonly FlowEdge[], places: Map<number, FlowPlace>): void {
  const spread = (layer: number[]) => layer.forEach((id, i) => (places.get(id)!.x = i - (layer.length - 1) / 2));
  layers.forEach(spread);
  for (let sweep = 0; sweep < 6; sweep += 1) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = new Map(layer.map((id) => {
        const beside = edges.filter((edge) => !edge.back && (down ? edge.to : edge.from) === id).map((edge) => places.get(down ? edge.from : edge.to)!.x);
        return [id, mean(beside) ?? places.get(id)!.x];
      }));
      layer.sort((a, b) => wanted.get(a)! - wanted.get(b)! || a - b);
      spread(layer);
    }
  }
}

export function layoutFlow(nodes: readonly FlowNode[]): FlowLayout {
  const { edges, finished } = walk(nodes);
  const places = new Map<number, FlowPlace>(nodes.map((node) => [node.id, { layer: 0, x: 0 }]));
  const leaving = new Map<number, FlowEdge[]>();
  for (const edge of edges) leaving.set(edge.from, [...(leaving.get(edge.from) ?? []), edge]);
  for (const id of finished.reverse()) {
    for (const edge of leaving.get(id) ?? []) {
      if (!edge.back) places.get(edge.to)!.layer = Math.max(places.get(edge.to)!.layer, places.get(id)!.layer + 1);
    }
  }
  const layers: number[][] = [];
  for (const node of nodes) (layers[places.get(node.id)!.layer] ??= []).push(node.id);
  order(layers, edges, places);
  return { places, edges, layers: layers.length, half: Math.max(0, ...layers.map((layer) => (layer.length - 1) / 2)) };
}
