import type { Content } from "~/features/studio/read";

export type Spot = { x: number; y: number };
export type Words = { zh: string; en: string };
export type Branch = { exit: string; when: string };
export type Step = {
  id: string;
  kind: string;
  title?: Words;
  position?: Spot;
  branches?: Branch[];
  [name: string]: unknown;
};
export type Edge = { from: string; to: string; exit?: string };
export type Drawing = { nodes: Step[]; edges: Edge[] };

export const OTHERWISE = "otherwise";

const listed = <T>(value: unknown): T[] => (Array.isArray(value) ? value : []);

export const drawingOf = (content: Content): Drawing => ({
  nodes: listed<Step>(content.nodes),
  edges: listed<Edge>(content.edges),
});

/** The exits of a node, in the order they are drawn. */
export function exitsOf(node: Step): string[] {
  switch (node.kind) {
    case "condition":
      return [...listed<Branch>(node.branches).map((each) => each.exit), OTHERWISE];
    case "approval":
      return ["approved", "rejected", "expired"];
    case "action":
      return ["done", "refused"];
    case "http":
      return ["ok", "failed"];
    case "flow":
      return ["done", "failed"];
    case "wait":
      return node.event && node.timeout_minutes ? ["next", "timeout"] : ["next"];
    case "end":
      return [];
    default:
      return ["next"];
  }
}

/** The exit that an edge without a name leaves by. */
export const usualExit = (node: Step): string => (node.kind === "condition" ? OTHERWISE : (exitsOf(node)[0] ?? "next"));

export function exitOf(edge: Edge, nodes: Step[]): string {
  const from = nodes.find((each) => each.id === edge.from);
  return edge.exit || (from ? usualExit(from) : "next");
}

/** Whether an arrow may lead there: into no trigger, not into itself, and once from each exit unless it is a split. */
export function mayLead({ nodes, edges }: Drawing, from: string, exit: string, to: string): boolean {
  const source = nodes.find((each) => each.id === from);
  const target = nodes.find((each) => each.id === to);
  if (!source || !target || from === to || target.kind === "trigger" || !exitsOf(source).includes(exit)) return false;
  const taken = edges.filter((each) => each.from === from && exitOf(each, nodes) === exit);
  return source.kind === "split" ? taken.every((each) => each.to !== to) : taken.length === 0;
}

export function joined(drawing: Drawing, from: string, exit: string, to: string): Drawing {
  if (!mayLead(drawing, from, exit, to)) return drawing;
  const source = drawing.nodes.find((each) => each.id === from) as Step;
  const edge: Edge = exit === usualExit(source) ? { from, to } : { from, to, exit };
  return { ...drawing, edges: [...drawing.edges, edge] };
}

/** A name that no node has yet: wait, wait2, wait3 … */
export function freeName(nodes: Step[], wanted: string): string {
  const taken = new Set(nodes.map((each) => each.id));
  const stem = wanted.replace(/\d+$/, "") || "step";
  let name = taken.has(wanted) ? stem : wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${stem}${number}`;
  return name;
}

/** Without these nodes, and without the arrows that lead to them or away. */
export function without({ nodes, edges }: Drawing, gone: string[]): Drawing {
  return {
    nodes: nodes.filter((each) => !gone.includes(each.id)),
    edges: edges.filter((each) => !gone.includes(each.from) && !gone.includes(each.to)),
  };
}

/** A node says something else; arrows follow its name, and the names of its branches. */
export function changed({ nodes, edges }: Drawing, before: Step, after: Step): Drawing {
  const exits = new Map<string, string>();
  const were = listed<Branch>(before.branches);
  const are = listed<Branch>(after.branches);
  if (were.length === are.length)
    were.forEach((each, index) => {
      const now = are[index]?.exit;
      if (now !== undefined && now !== each.exit) exits.set(each.exit, now);
    });
  const left = exitsOf(after);
  return {
    nodes: nodes.map((each) => (each.id === before.id ? after : each)),
    edges: edges.flatMap((each) => {
      const mine = each.from === before.id;
      const exit = mine && each.exit ? (exits.get(each.exit) ?? each.exit) : each.exit;
      if (mine && exit && !left.includes(exit)) return [];
      const from = mine ? after.id : each.from;
      const to = each.to === before.id ? after.id : each.to;
      return [exit ? { from, to, exit } : { from, to }];
    }),
  };
}

/** Copies of nodes with names of their own, a little beside, and the arrows between them. */
export function pasted(drawing: Drawing, copied: Drawing, by: number): { drawing: Drawing; names: string[] } {
  const nodes = [...drawing.nodes];
  const names = new Map<string, string>();
  for (const each of copied.nodes) {
    const id = freeName(nodes, each.id);
    names.set(each.id, id);
    const { x, y } = each.position ?? { x: 0, y: 0 };
    nodes.push({ ...structuredClone(each), id, position: { x: x + by, y: y + by } });
  }
  const edges = copied.edges.flatMap((each) => {
    const from = names.get(each.from);
    const to = names.get(each.to);
    return from && to ? [{ ...each, from, to }] : [];
  });
  return { drawing: { nodes, edges: [...drawing.edges, ...edges] }, names: [...names.values()] };
}

/** Nodes in the order in which they are come to: each with how deep it stands below the trigger. */
export function inOrder({ nodes, edges }: Drawing): { node: Step; depth: number }[] {
  const depth = new Map<string, number>();
  const order: Step[] = [];
  const visit = (node: Step, deep: number) => {
    if (depth.has(node.id)) return;
    depth.set(node.id, deep);
    order.push(node);
    for (const exit of exitsOf(node))
      for (const edge of edges.filter((each) => each.from === node.id && exitOf(each, nodes) === exit)) {
        const next = nodes.find((each) => each.id === edge.to);
        if (next) visit(next, deep + 1);
      }
  };
  for (const each of nodes) if (each.kind === "trigger") visit(each, 0);
  for (const each of nodes) visit(each, 0);
  return order.map((node) => ({ node, depth: depth.get(node.id) ?? 0 }));
}
