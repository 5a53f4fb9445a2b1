import { useSyncExternalStore } from "react";

/** Light, dark, or as the device has it. */
export type Appearance = "light" | "dark" | "system";
const KEPT = "orderloom.appearance";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const listeners = new Set<() => void>();

function chosen(): Appearance {
  const kept = localStorage.getItem(KEPT);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function choose(wanted: Appearance): void {
  localStorage.setItem(KEPT, wanted);
  for (const each of listeners) each();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  dark.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener("change", listener);
  };
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(subscribe, chosen);
}

/** Whether the screen is dark now. */
export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => (chosen() === "system" ? dark.matches : chosen() === "dark"));
}

function whenCalm(listener: () => void): () => void {
  calm.addEventListener("change", listener);
  return () => calm.removeEventListener("change", listener);
}

/** Whether whoever looks has asked their device for less motion. */
export function useCalm(): boolean {
  return useSyncExternalStore(whenCalm, () => calm.matches);
}
