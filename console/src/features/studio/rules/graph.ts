import type { Content } from "~/features/studio/read";
import type { Column } from "~/ui/rules/vocabulary";

export type TableRow = Record<string, string>;
export type Table = { hitPolicy?: string; inputs: Column[]; outputs: Column[]; rules: TableRow[] };
export type Node = { id: string; type: string; name?: string; content?: unknown; position?: { x: number; y: number } };
export type Graph = { nodes: Node[]; edges: Content[] };

export const graphOf = (content: Content): Graph =>
  ({ nodes: [], edges: [], ...(content.content as object | undefined) }) as Graph;

/** The one table of a graph that is nothing else, with its place among the nodes. */
export function onlyTable(graph: Graph): { index: number; table: Table } | undefined {
  const index = graph.nodes.findIndex((each) => each.type === "decisionTableNode");
  const others = graph.nodes.filter((each, other) => other !== index && !/^(input|output)Node$/.test(each.type));
  return index >= 0 && others.length === 0 ? { index, table: tableOf(graph.nodes[index]) } : undefined;
}

export function tableOf(node: Node | undefined): Table {
  return { inputs: [], outputs: [], rules: [], ...((node?.content as object | undefined) ?? {}) } as Table;
}

/** The graph with places for its nodes where it has none: left to right, in their order. */
export function placed(graph: Graph): Graph {
  if (graph.nodes.every((each) => each.position)) return graph;
  const nodes = graph.nodes.map((each, index) => ({
    ...each,
    position: each.position ?? { x: 80 + index * 320, y: 160 },
  }));
  return { ...graph, nodes };
}

/** What people call a row: its own words, else its place. */
export function rowsOf(content: Content): { value: string; label: string; row: TableRow; table: Table }[] {
  return graphOf(content).nodes.flatMap((node) => {
    if (node.type !== "decisionTableNode") return [];
    const table = tableOf(node);
    return table.rules.map((row, index) => {
      const value = row._id || String(index + 1);
      return { value, label: [`${index + 1}`, row._description].filter(Boolean).join(" · "), row, table };
    });
  });
}
