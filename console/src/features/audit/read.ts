import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
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
