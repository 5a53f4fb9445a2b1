import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import { useFresh } from "~/client/live";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import type { Search } from "~/kit/addresses";
import type { Page } from "~/ui/list/declaration";

export type Shelf = components["schemas"]["Shelf"];
export type Level = components["schemas"]["Level"];
export type Lot = components["schemas"]["Lot"];
export type Movement = components["schemas"]["Movement"];
export type Holding = components["schemas"]["Holding"];
export type Promisable = components["schemas"]["Promisable"];

const ROWS = 100;
const POOLS = 500;
/** What changes stock: it is moved, or an order reserves, waits or ships. */
const TOPICS = ["stock", "order", "shipment"];

/** A page of the list, as the address narrows it. */
export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Shelf>> {
  const { text, warehouse } = search;
  const need = search.need as "waiting" | "low" | "expiring" | undefined;
  const query = { text, warehouse, need, cursor, count: ROWS };
  return told(api.GET("/api/v1/stock/shelves", { params: { query }, signal }));
}

/** All that is known of a SKU's stock, in one warehouse or in all of them. */
export function useStock(sku: string, warehouse?: string) {
  const key = ["stock", sku, warehouse ?? ""];
  useFresh(key, TOPICS);
  const named = useMay()("skus:read");
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const params = { path: { sku }, query: { warehouse } };
      const [levels, known, promise, orders, skus] = await Promise.all([
        told(api.GET("/api/v1/stock", { params: { query: { sku, warehouse, count: POOLS } }, signal })),
        told(api.GET("/api/v1/stock/{sku}/lots", { params, signal })),
        told(api.GET("/api/v1/stock/{sku}/promisable", { params, signal })),
        told(api.GET("/api/v1/stock/{sku}/orders", { params, signal })),
        named ? told(api.GET("/api/v1/skus", { params: { query: { sku: [sku] } }, signal })) : undefined,
      ]);
      const name = skus?.rows[0]?.name ?? "";
      return { levels: levels.rows, lots: known.lots, movements: known.movements, promise, orders, name };
    },
  });
}

export type Stock = NonNullable<ReturnType<typeof useStock>["data"]>;
