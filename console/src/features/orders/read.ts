import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import type { Search } from "~/kit/addresses";
import type { Facets, Page } from "~/ui/list/declaration";

export type Row = components["schemas"]["orderloom.queries.orders.Row"];
export type Detail = Awaited<ReturnType<typeof detail>>;
export type Order = Detail["order"];
export type Decision = components["schemas"]["Decision"];

const ROWS = 100;

/** A page of the list, as the address narrows it. */
export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Row>> {
  return told(api.GET("/api/v1/orders", { params: { query: { ...(search as object), cursor, count: ROWS } }, signal }));
}

/** How often each value occurs among the newest of them. */
export async function facets(search: Search, signal: AbortSignal): Promise<Facets> {
  const { stage, channel, grade, hold, province, rows, cut } = await told(
    api.GET("/api/v1/orders/facets", { params: { query: search as object }, signal }),
  );
  return { counts: { stage, channel, grade, hold, province }, newest: cut ? rows : undefined };
}

function detail(orderNo: string, signal: AbortSignal) {
  return told(api.GET("/api/v1/orders/{order_no}", { params: { path: { order_no: orderNo } }, signal }));
}

/** One order whole. */
export function useOrder(orderNo: string) {
  return useQuery({
    queryKey: ["orders", orderNo],
    queryFn: ({ signal }) => detail(orderNo, signal),
  });
}

/** Every decision made about it, with who decided and what was not chosen. */
export function useWhys(orderNo: string) {
  return useQuery({
    queryKey: ["orders", orderNo, "why"],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/orders/{order_no}/why", { params: { path: { order_no: orderNo } }, signal })),
  });
}

/** What SKUs are called; nothing for whom the catalogue is closed. */
export function useSkuNames(skus: string[]): Record<string, string> {
  const may = useMay()("skus:read");
  const wanted = [...new Set(skus)].sort();
  const asked = useQuery({
    queryKey: ["skus", "names", wanted],
    enabled: may && wanted.length > 0,
    staleTime: 300_000,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/skus", { params: { query: { sku: wanted.slice(0, 200), count: 200 } }, signal })),
  });
  return Object.fromEntries((asked.data?.rows ?? []).map((each) => [each.sku, each.name ?? ""]));
}
