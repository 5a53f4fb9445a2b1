import { api, told } from "~/client/api";
import { Problem } from "~/client/problems";
import type { components } from "~/client/schema";
import type { Search } from "~/kit/addresses";
import type { Outcome, Page } from "~/ui/list/declaration";

export type Key = components["schemas"]["orderloom.api.keys.Shown"];
export type Wanted = components["schemas"]["orderloom.actions.keys.Wanted"];

/** Whether a key opens anything now. */
export function stateOf(key: Key, now = Date.now()): "active" | "revoked" | "expired" {
  if (key.revoked_at) return "revoked";
  return key.expires_at && Date.parse(key.expires_at) <= now ? "expired" : "active";
}

/** Keys of the workspace, the newest first. */
export async function page(search: Search, _: string | undefined, signal: AbortSignal): Promise<Page<Key>> {
  const rows = await told(api.GET("/api/v1/keys", { signal }));
  const within = (each: Key) => !search.state || stateOf(each) === search.state;
  return { rows: rows.filter(within).sort((one, other) => other.created_at.localeCompare(one.created_at)) };
}

export const allowed = (signal: AbortSignal) => told(api.GET("/api/v1/keys/verbs", { signal }));
export const make = (body: Wanted) => told(api.POST("/api/v1/keys", { body }));

/** End keys, with an outcome for each. */
export async function revoke(keys: Key[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { key_id, name } of keys) {
    try {
      await told(api.POST("/api/v1/keys/{key_id}/revoke", { params: { path: { key_id } } }));
      outcomes.push({ name });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      outcomes.push({ name, refused: error.said });
    }
  }
  return outcomes;
}
