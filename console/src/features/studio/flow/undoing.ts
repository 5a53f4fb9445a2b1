import { useCallback, useRef, useState } from "react";

const KEPT = 100;
const TYPING_MS = 800;

/** What was written before and may come back. What is typed in one go is one step. */
export function useUndoing<T>(now: T, write: (value: T) => void) {
  const past = useRef<T[]>([]);
  const future = useRef<T[]>([]);
  const at = useRef({ time: 0, what: "" });
  const [, show] = useState(0);
  const put = useCallback(
    (next: T, what = "") => {
      const time = Date.now();
      const same = what !== "" && what === at.current.what && time - at.current.time < TYPING_MS;
      if (!same) past.current = [...past.current.slice(-KEPT), now];
      future.current = [];
      at.current = { time, what };
      show((each) => each + 1);
      write(next);
    },
    [now, write],
  );
  const turn = (from: typeof past, to: typeof past) => {
    const taken = from.current.pop();
    if (taken === undefined) return;
    to.current.push(now);
    at.current = { time: 0, what: "" };
    show((each) => each + 1);
    write(taken);
  };
  return {
    put,
    undo: () => turn(past, future),
    redo: () => turn(future, past),
    before: past.current.length > 0,
    after: future.current.length > 0,
  };
}
