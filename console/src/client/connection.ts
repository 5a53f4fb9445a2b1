import { useEffect, useSyncExternalStore } from "react";

/** How the server does: it answers, takes long, cannot be reached, or this device has no network at all. */
export type Connection = "live" | "slow" | "away" | "offline";

const SLOW_MS = 4_000;
const LOOK_AGAIN_MS = 3_000;

let reached = true;
let waiting = 0;
let looking: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
const returned = new Set<() => void>();

function current(): Connection {
  if (!navigator.onLine) return "offline";
  if (!reached) return "away";
  return waiting > 0 ? "slow" : "live";
}

function tell(): void {
  for (const each of listeners) each();
}

/** Fetch, and note how the server does by it. Streams are not timed. */
export async function watched(request: Request): Promise<Response> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    waiting += 1;
    tell();
  }, SLOW_MS);
  try {
    const answer = await fetch(request);
    note(![502, 503, 504].includes(answer.status));
    return answer;
  } catch (error) {
    if (!request.signal.aborted) note(false);
    throw error;
  } finally {
    clearTimeout(timer);
    if (late) {
      waiting -= 1;
      tell();
    }
  }
}

function note(answered: boolean): void {
  if (answered === reached) return;
  reached = answered;
  tell();
  if (answered) for (const each of returned) each();
  else lookAgain();
}

function lookAgain(): void {
  clearTimeout(looking);
  looking = setTimeout(async () => {
    try {
      note((await fetch("/healthz", { cache: "no-store" })).ok);
    } catch {
      note(false);
    }
    if (!reached) lookAgain();
  }, LOOK_AGAIN_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** How the server does now; a component that asks is drawn again when that changes. */
export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, current);
}

/** Be told when the server answers again. */
export function onReturn(listener: () => void): () => void {
  returned.add(listener);
  return () => returned.delete(listener);
}

/** Drain what a device keeps for the server: at once, whenever either is back, and again while something waits. */
export function useDraining(drain: () => void, waiting: number, againMs: number): void {
  useEffect(() => {
    drain();
    const stop = onReturn(drain);
    window.addEventListener("online", drain);
    return () => {
      stop();
      window.removeEventListener("online", drain);
    };
  }, [drain]);
  useEffect(() => {
    if (waiting === 0) return;
    const timer = setInterval(drain, againMs);
    return () => clearInterval(timer);
  }, [waiting, drain, againMs]);
}
