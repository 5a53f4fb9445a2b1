import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** One event as the stream tells it: CloudEvents 1.0, its type without the product's prefix. */
export type Happened = { position: number; type: string; subject: string; at: string; data: Record<string, unknown> };
type Listener = (events: Happened[]) => void;

const AGAIN_MS = 2_000;
const listeners = new Set<Listener>();
let position = "";
let stopping: AbortController | undefined;

function read(frame: string): Happened | undefined {
  const line = frame.split("\n").find((each) => each.startsWith("data: "));
  if (!line) return undefined;
  const told = JSON.parse(line.slice("data: ".length));
  position = told.sequence;
  return {
    position: Number(told.sequence),
    type: String(told.type).replace(/^orderloom\./, ""),
    subject: String(told.subject ?? ""),
    at: told.time,
    data: told.data ?? {},
  };
}

async function follow(signal: AbortSignal): Promise<void> {
  const headers: Record<string, string> = position ? { "Last-Event-ID": position } : {};
  const answer = await fetch("/api/v1/events/stream", { headers, signal });
  if (!answer.ok || !answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop() ?? "";
    const events = frames.map(read).filter((each) => each !== undefined);
    if (events.length > 0) for (const each of listeners) each(events);
  }
}

/** Follow the events of the workspace from now on, over every broken connection, until told to stop. */
export function start(): () => void {
  const mine = new AbortController();
  stopping?.abort();
  stopping = mine;
  (async () => {
    while (!mine.signal.aborted) {
      await follow(mine.signal).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  })();
  return () => mine.abort();
}

/** Be told of events whose type begins with one of these words. */
export function useHappened(topics: readonly string[], listener: Listener): void {
  const wanted = topics.join(" ");
  useEffect(() => {
    const words = wanted.split(" ");
    const heard: Listener = (events) => {
      const ours = events.filter((each) =>
        words.some((word) => each.type === word || each.type.startsWith(`${word}.`)),
      );
      if (ours.length > 0) listener(ours);
    };
    listeners.add(heard);
    return () => {
      listeners.delete(heard);
    };
  }, [wanted, listener]);
}

const SETTLE_MS = 1_500;

/** Read a query again, at most every other second, when something of these topics happened (to this subject). */
export function useFresh(queryKey: readonly unknown[], topics: readonly string[], subject?: string): void {
  const client = useQueryClient();
  const key = JSON.stringify(queryKey);
  const wanted = topics.join(" ");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const words = wanted.split(" ");
    const heard: Listener = (events) => {
      const ours = events.some(
        (each) =>
          (!subject || each.subject === subject) &&
          words.some((word) => each.type === word || each.type.startsWith(`${word}.`)),
      );
      if (!ours || timer || document.hidden) return;
      timer = setTimeout(() => {
        timer = undefined;
        client.invalidateQueries({ queryKey: JSON.parse(key) });
      }, SETTLE_MS);
    };
    listeners.add(heard);
    return () => {
      clearTimeout(timer);
      listeners.delete(heard);
    };
  }, [client, key, wanted, subject]);
}
