import type { components } from "~/client/schema";
import type { Values } from "~/ui/form/definition";

export type Received = components["schemas"]["FormReceived"];

/** What stands on this device of a form: what was typed, the name that makes it one submission, what became of it. */
export type Kept = { id: string; values: Values; sending: boolean; done?: Received };

const key = (token: string) => `orderloom.form.${token}`;

export function fresh(values: Values): Kept {
  return { id: crypto.randomUUID(), values, sending: false };
}

export function read(token: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(key(token)) ?? "null");
  } catch {
    return null;
  }
}

/** Write it down. A device that keeps nothing (a private window, a frame) goes on without. */
export function write(token: string, kept: Kept): void {
  try {
    localStorage.setItem(key(token), JSON.stringify(kept));
  } catch {
    // Nothing is lost that could have been kept.
  }
}
