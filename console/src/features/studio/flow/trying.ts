import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Mark } from "~/features/studio/flow/Box";
import { type Drawing, exitOf, type Step } from "~/features/studio/flow/model";
import { type Asked, type Tried, test } from "~/features/studio/flow/read";
import type { Content } from "~/features/studio/read";

const STEP_MS = 420;

export type Failure = { code?: string; node?: string; zh?: string; en?: string };
export const failureOf = (tried: Tried): Failure => (tried.failure ?? {}) as Failure;

/** How a way is drawn: what is passed, where it stands, where it broke, and the arrows that it took. */
export function lit({ nodes, edges }: Drawing, passed: { node: string; exit?: string }[], here: string[], bad = "") {
  const marks = new Map<string, Mark>();
  const taken = new Set<string>();
  for (const { node, exit } of passed) {
    marks.set(node, "lit");
    for (const edge of edges)
      if (edge.from === node && exit && exitOf(edge, nodes) === exit) taken.add(`${edge.from} ${exit} ${edge.to}`);
  }
  for (const each of here) marks.set(each, "here");
  if (bad) marks.set(bad, "failed");
  return { marks, taken };
}

/** A try of a draft: what was asked, what came of it, and how much of its way is lit so far. */
export function useTrial({ name, content, drawing }: { name: string; content: Content; drawing: Drawing }) {
  const [open, setOpen] = useState(false);
  const [result, setResult] = useState<{ tried: Tried; of: Content } | null>(null);
  const [shown, setShown] = useState(0);
  const [running, setRunning] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const timer = useRef<ReturnType<typeof setInterval>>(undefined);
  // What was tried says nothing of what was drawn since.
  const tried = result?.of === content ? result.tried : null;
  const stop = useCallback(() => clearInterval(timer.current), []);
  useEffect(() => stop, [stop]);
  const run = useCallback(
    async (asked: Omit<Asked, "name" | "content">) => {
      stop();
      setRunning(true);
      setFailed(null);
      try {
        const told = await test({ ...asked, name, content });
        setResult({ tried: told, of: content });
        const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        setShown(calm ? told.path.length : Math.min(1, told.path.length));
        if (!calm)
          timer.current = setInterval(() => {
            setShown((each) => {
              if (each + 1 >= told.path.length) stop();
              return Math.min(each + 1, told.path.length);
            });
          }, STEP_MS);
      } catch (error) {
        setResult(null);
        setFailed(error);
      } finally {
        setRunning(false);
      }
    },
    [name, content, stop],
  );
  const light = useMemo((): Partial<ReturnType<typeof lit>> => {
    if (!open || !tried) return {};
    const passed = tried.path.slice(0, shown);
    const done = shown >= tried.path.length;
    const last = passed.at(-1);
    const here = done ? (tried.waits ?? []) : last ? [last.node] : [];
    return lit(drawing, passed, here, done ? failureOf(tried).node : "");
  }, [open, tried, shown, drawing]);
  const turn = useCallback(() => {
    stop();
    setResult(null);
    setFailed(null);
    setOpen((each) => !each);
  }, [stop]);
  return {
    open,
    tried,
    shown,
    running,
    failed,
    run,
    turn,
    show: (count: number) => {
      stop();
      setShown(count);
    },
    ...light,
  };
}

export type Trying = ReturnType<typeof useTrial>;

/** What a step would do, as names with values. */
export function deeds(step: Step | undefined, does: unknown): [string, string][] {
  const bag = (does ?? {}) as Record<string, unknown>;
  const plain = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === "string");
  const told = (value: unknown) =>
    typeof value === "string" ? value : plain(value) ? (value as string[]).join(", ") : JSON.stringify(value);
  const values = step?.kind === "action" ? ((bag.values ?? {}) as Record<string, unknown>) : bag;
  return Object.entries(values)
    .filter(([name, each]) => {
      if (each === null || each === "" || name === "do") return false;
      return typeof each !== "object" || Object.keys(each).length > 0;
    })
    .map(([name, each]) => [name, told(each)]);
}
