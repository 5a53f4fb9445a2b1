import { useEffect, useRef } from "react";
import { beginning } from "~/features/studio/flow/kinds";
import { arranged, BOX_PX, spotsOf } from "~/features/studio/flow/layout";
import {
  type Drawing,
  exitOf,
  exitsOf,
  freeName,
  joined,
  pasted,
  type Spot,
  type Step,
  without,
} from "~/features/studio/flow/model";

const APART_PX = 64;
const PASTED_PX = 40;
const TYPED_INTO = "input, textarea, [contenteditable=true], [role=dialog], .ant-select";

type House = {
  drawing: Drawing;
  draw: (next: Drawing) => void;
  of: string;
  chosen: string[];
  setChosen: (names: string[]) => void;
  locked: boolean;
  history: { undo: () => void; redo: () => void };
  bring: () => void;
};

/** The drawing with each node where it stands on the canvas. */
export function placed(drawing: Drawing, spots: Map<string, Spot>): Drawing {
  return {
    ...drawing,
    nodes: drawing.nodes.map((each) => ({ ...each, position: spots.get(each.id) ?? each.position })),
  };
}

/** What people do with the drawing: add, remove, copy, paste, arrange; by the keyboard too. */
export function useEditing({ drawing, draw, of, chosen, setChosen, locked, history, bring }: House) {
  const copied = useRef<Drawing | null>(null);
  const add = (kind: string, spot?: Spot, after = chosen.length === 1 ? chosen[0] : undefined) => {
    const id = freeName(drawing.nodes, kind);
    const spots = spotsOf(drawing);
    const from = drawing.nodes.find((each) => each.id === after);
    const far = Math.max(-BOX_PX, ...[...spots.values()].map((each) => each.x));
    const beside = from && spots.get(from.id);
    const free =
      from &&
      exitsOf(from).find((exit) => !drawing.edges.some((e) => e.from === after && exitOf(e, drawing.nodes) === exit));
    const below = from ? drawing.edges.filter((each) => each.from === from.id).length * 120 : 0;
    const at =
      spot ??
      (beside ? { x: beside.x + BOX_PX + APART_PX, y: beside.y + below } : { x: far + BOX_PX + APART_PX, y: 40 });
    const grown = placed({ ...drawing, nodes: [...drawing.nodes, { id, kind, ...beginning(kind, of) }] }, spots);
    const last = grown.nodes.length - 1;
    grown.nodes[last] = { ...(grown.nodes[last] as Step), position: at };
    draw(!spot && from && free ? joined(grown, from.id, free, id) : grown);
    setChosen([id]);
    if (!spot) bring();
  };
  const remove = (names: string[]) => {
    draw(without(drawing, names));
    setChosen([]);
  };
  const cut = (nodes: string[], lines: { from: string; exit: string; to: string }[]) => {
    const kept = without(drawing, nodes);
    const gone = new Set(lines.map((each) => `${each.from} ${each.exit} ${each.to}`));
    draw({
      ...kept,
      edges: kept.edges.filter((each) => !gone.has(`${each.from} ${exitOf(each, drawing.nodes)} ${each.to}`)),
    });
    if (nodes.length) setChosen([]);
  };
  const take = (names: string[]) => {
    const spots = spotsOf(drawing);
    copied.current = placed(
      {
        nodes: drawing.nodes.filter((each) => names.includes(each.id)),
        edges: drawing.edges.filter((each) => names.includes(each.from) && names.includes(each.to)),
      },
      spots,
    );
  };
  const paste = () => {
    if (!copied.current?.nodes.length) return;
    const made = pasted(placed(drawing, spotsOf(drawing)), copied.current, PASTED_PX);
    draw(made.drawing);
    setChosen(made.names);
  };
  const arrange = () => {
    draw(placed(drawing, arranged(drawing)));
    bring();
  };
  const keys = useRef<(event: KeyboardEvent) => void>(() => undefined);
  keys.current = (event) => {
    const into = event.target as HTMLElement;
    if (locked || into.closest(TYPED_INTO)) return;
    if (!(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "z") event.shiftKey ? history.redo() : history.undo();
    else if (key === "y") history.redo();
    else if (key === "c" && chosen.length && !window.getSelection()?.toString()) take(chosen);
    else if (key === "v" && copied.current) paste();
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    const typed = (event: KeyboardEvent) => keys.current(event);
    window.addEventListener("keydown", typed);
    return () => window.removeEventListener("keydown", typed);
  }, []);
  return { add, remove, cut, take, paste, arrange };
}
