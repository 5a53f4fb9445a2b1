import { useSyncExternalStore } from "react";

function watch(listener: () => void): () => void {
  const seen = new MutationObserver(listener);
  seen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => seen.disconnect();
}

/** The theme of the page, for what is painted in its colours. */
export function useTheme(): string {
  return useSyncExternalStore(watch, () => document.documentElement.dataset.theme ?? "light");
}
