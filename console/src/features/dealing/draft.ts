import type { components } from "~/client/schema";

export type Price = components["schemas"]["Price"];
export type To = components["schemas"]["Destination"];
export type Draft = { number: string; lines: { goods: Price; quantity: number }[]; to: Partial<To>; note: string };

const KEPT = "orderloom.dealer.draft";
export const NOTHING = (): Draft => ({ number: crypto.randomUUID(), lines: [], to: {}, note: "" });

/** What was typed and not sent yet, kept on this device under its customer. */
export function read(customer: string): Draft {
  try {
    return JSON.parse(localStorage.getItem(`${KEPT}.${customer}`) ?? "null") ?? NOTHING();
  } catch {
    return NOTHING();
  }
}

export function write(customer: string, draft: Draft): void {
  localStorage.setItem(`${KEPT}.${customer}`, JSON.stringify(draft));
}
