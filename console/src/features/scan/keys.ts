import { type RefObject, useEffect } from "react";

/** Hardware scanners type faster than people: so many milliseconds lie between two of their keys, on the whole. */
const FAST_MS = 50;
/** What was typed so long before a scanner's keys does not belong to them. */
const PAUSE_MS = 800;
const CODE_MIN = 6;

/** What a scanner typed last, when something typed before was left standing in the box. */
function scanned(text: string, times: readonly number[]): string {
  if (times.length !== text.length) return text;
  const gap = (index: number) => (times[index] ?? 0) - (times[index - 1] ?? 0);
  let from = text.length - 1;
  while (from > 0 && gap(from) < PAUSE_MS) from -= 1;
  const count = text.length - from;
  const spent = (times[text.length - 1] ?? 0) - (times[from] ?? 0);
  return from > 0 && count >= CODE_MIN && spent / count <= FAST_MS ? text.slice(from) : text;
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
      const other = into.closest(
        "input:not([readonly], [type=file], [type=radio], [type=checkbox]), textarea, [contenteditable]",
      );
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
