import dagre from "@dagrejs/dagre";
import { type Drawing, exitOf, exitsOf, type Spot, type Step } from "~/features/studio/flow/model";

export const BOX_PX = 216;
const HEAD_PX = 62;
const EXIT_PX = 22;
const APART_PX = { nodesep: 28, ranksep: 52, marginx: 20, marginy: 20 };

/** How high a node is drawn: its head, and a row for each exit that has a name. */
export function heightOf(node: Step): number {
  const exits = exitsOf(node);
  return HEAD_PX + (exits.length > 1 ? exits.length * EXIT_PX : 0);
}

/** Where nodes stand when nobody put them anywhere: left to right, from their trigger. */
export function arranged({ nodes, edges }: Drawing): Map<string, Spot> {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ...APART_PX });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const each of nodes) graph.setNode(each.id, { width: BOX_PX, height: heightOf(each) });
  const known = new Set(nodes.map((each) => each.id));
  for (const each of edges)
    if (known.has(each.from) && known.has(each.to)) graph.setEdge(each.from, each.to, {}, exitOf(each, nodes));
  dagre.layout(graph);
  return new Map(
    nodes.map((each) => {
      const { x, y } = graph.node(each.id) as Spot;
      return [each.id, { x: Math.round(x - BOX_PX / 2), y: Math.round(y - heightOf(each) / 2) }];
    }),
  );
}

/** Where each node is drawn: its own place, or all of them arranged where one has none or covers another. */
export function spotsOf(drawing: Drawing): Map<string, Spot> {
  const { nodes } = drawing;
  const bad = nodes.some((each, index) => {
    if (!each.position) return true;
    const { x, y } = each.position;
    return nodes
      .slice(index + 1)
      .some(
        ({ position, ...other }) =>
          position &&
          Math.abs(position.x - x) < BOX_PX + 8 &&
          position.y < y + heightOf(each) &&
          y < position.y + heightOf(other as Step),
      );
  });
  return bad ? arranged(drawing) : new Map(nodes.map((each) => [each.id, each.position as Spot]));
}
