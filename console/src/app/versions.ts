import { registerSW } from "virtual:pwa-register";
import { useSyncExternalStore } from "react";

const LOOK_MS = 30 * 60_000;
const SETTLE_MS = 1_500;

let take: (() => void) | undefined;
const listeners = new Set<() => void>();

function offer(how: () => void): void {
  take = how;
  for (const each of listeners) each();
}

/** Keep the console on this device, so that it opens without a network, and look now and then for a newer one. */
export function follow(): void {
  // A file of an older build that is asked for when a newer one was installed is no more there.
  window.addEventListener("vite:preloadError", () => navigator.onLine && offer(() => window.location.reload()));
  if (!("serviceWorker" in navigator)) return;
  window.addEventListener("load", () => setTimeout(register, SETTLE_MS));
}

function register(): void {
  const update = registerSW({
    immediate: true,
    onNeedRefresh: () => offer(() => void update()),
    onRegisteredSW: (_, registration) => {
      setInterval(() => navigator.onLine && registration?.update().catch(() => undefined), LOOK_MS);
    },
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How to take the new version that is there; nothing while this one is the newest. */
export function useNewVersion(): (() => void) | undefined {
  return useSyncExternalStore(subscribe, () => take);
}
