import { type RefObject, useEffect } from "react";

/** Hardware scanners type faster than people: so many milliseconds lie between two of their keys at most. */
const FAST_MS = 50;
const CODE_MIN = 6;

/** The part of a text that a scanner typed last, when slower typing stood before it. */
function scanned(text: string, times: readonly number[]): string {
  let from = text.length - 1;
  while (from > 0 && (times[from] ?? 0) - (times[from - 1] ?? 0) <= FAST_MS) from -= 1;
  const tail = text.slice(from);
  return from > 0 && times.length === text.length && tail.length >= CODE_MIN ? tail : text;
}

/**
 * Let a scanner's keys reach the box wherever the focus is: the first key moves it there, Enter or Tab ends the code.
 * Fields of dialogs and other boxes keep their keys.
 */
export function useScanner(box: RefObject<HTMLInputElement | null>, read: (code: string) => void): void {
  useEffect(() => {
    let times: number[] = [];
    const typed = (event: KeyboardEvent) => {
      const input = box.current;
      const into = event.target as HTMLElement;
      if (!input || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (into.closest("[role=dialog], .top") && into !== input) return;
      const other = into.closest("input:not([readonly]):not([type=file]), textarea, [contenteditable]");
      if (into !== input && other && !into.closest(".ant-select")) return;
      const ends = event.key === "Enter" || (event.key === "Tab" && input.value.length >= CODE_MIN);
      if (ends && input.value) {
        event.preventDefault();
        event.stopImmediatePropagation();
        const code = scanned(input.value, times).trim();
        input.value = "";
        times = [];
        if (code) read(code);
        return;
      }
      if (event.key.length !== 1) return;
      event.stopImmediatePropagation();
      if (input.value === "") times = [];
      times.push(event.timeStamp);
      if (into === input) return;
      event.preventDefault();
      if (event.key === " " && input.value === "") return;
      input.value += event.key;
      input.focus({ preventScroll: true });
    };
    window.addEventListener("keydown", typed, { capture: true });
    return () => window.removeEventListener("keydown", typed, { capture: true });
  }, [box, read]);
}
