import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import type { Search } from "~/kit/addresses";
import type { Page } from "~/ui/list/declaration";

export type Line = components["schemas"]["orderloom.queries.audit.Line"];

const ROWS = 100;

function asked(search: Search) {
  const { actor, what, subject, origin, at_from, at_to } = search;
  return { actor, what, subject, origin, at_from, at_to };
}

/** A page of the trail, the newest first. */
export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Line>> {
  const query = { ...asked(search), cursor, count: ROWS };
  return told(api.GET("/api/v1/audit", { params: { query }, signal }));
}

/** Where the whole trail, as it is narrowed, is taken along; that it was stands in the trail. */
export function exported(search: Search): string {
  const said = Object.entries(asked(search)).filter((each): each is [string, string] => Boolean(each[1]));
  return `/api/v1/audit/export?${new URLSearchParams(said)}`;
}

/** What keys are called, by their id, for who may see them. */
export function useKeyNames(): Record<string, string> {
  const asked = useQuery({
    queryKey: ["keys", "names"],
    enabled: useMay()("keys:read"),
    queryFn: async ({ signal }) => {
      const rows = await told(api.GET("/api/v1/keys", { signal }));
      return Object.fromEntries(rows.map((each) => [each.key_id, each.name]));
    },
  });
  return asked.data ?? NOBODY;
}

const NOBODY: Record<string, string> = {};
