import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import type { Search } from "~/kit/addresses";
import type { Facets, Page } from "~/ui/list/declaration";

export type Row = components["schemas"]["orderloom.queries.orders.Row"];
export type Detail = components["schemas"]["orderloom.api.order_reads.Detail"];
export type Order = Detail["order"];
export type Decision = components["schemas"]["Decision"];

const ROWS = 100;

/** A page of the list, as the address narrows it. */
export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Row>> {
  return told(api.GET("/api/v1/orders", { params: { query: { ...(search as object), cursor, count: ROWS } }, signal }));
}

/** How often each value occurs among the newest of them. */
export async function facets(search: Search, signal: AbortSignal): Promise<Facets> {
  const { stage, channel, grade, hold, province } = await told(
    api.GET("/api/v1/orders/facets", { params: { query: search as object }, signal }),
  );
  return { stage, channel, grade, hold, province };
}
