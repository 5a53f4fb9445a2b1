import type { ReactNode } from "react";

/** How something stands: plain, under way, well, needing a look, bad, or special. */
export type Tone = "plain" | "way" | "good" | "warn" | "bad" | "gold";

/** A word in a coloured field; its contrast holds in light and dark. */
export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}
