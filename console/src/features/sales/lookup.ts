import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, told } from "~/client/api";
import { Away } from "~/client/problems";
import { useMay } from "~/client/session";
import type { Body, Kept } from "~/features/sales/kept";

const FOUND = 12;
const KEPT = 200;
const SETTLE_MS = 350;

/** The value once it has stood still for a moment. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

async function orKept<T>(asked: () => Promise<T>, instead: () => Promise<T>): Promise<T> {
  try {
    return await asked();
  } catch (error) {
    if (error instanceof Away) return instead();
    throw error;
  }
}

const has = (text: string, ...parts: (string | undefined)[]) =>
  parts.some((each) => each?.toLowerCase().includes(text.toLowerCase()));

/** Keep customers and SKUs on the device, so that orders can be entered without a network. */
export function useStored(db: Kept): void {
  useQuery({
    queryKey: ["sales", "kept", db.name],
    staleTime: 600_000,
    retry: false,
    queryFn: async ({ signal }) => {
      const query = { count: KEPT };
      const [customers, skus] = await Promise.all([
        told(api.GET("/api/v1/customers", { params: { query }, signal })),
        told(api.GET("/api/v1/skus", { params: { query }, signal })),
      ]);
      await Promise.all([db.customers.bulkPut(customers.rows), db.skus.bulkPut(skus.rows)]);
      return customers.rows.length;
    },
  });
}

/** Customers that somebody means; without a network those that this device knows. */
export function useCustomers(db: Kept, typed: string) {
  const text = useSettled(typed.trim());
  return useQuery({
    queryKey: ["sales", "customers", text],
    enabled: text !== "",
    retry: false,
    queryFn: ({ signal }) =>
      orKept(
        async () =>
          (await told(api.GET("/api/v1/customers", { params: { query: { text, count: FOUND } }, signal }))).rows,
        () =>
          db.customers
            .filter((each) => has(text, each.customer_no, each.name))
            .limit(FOUND)
            .toArray(),
      ),
  });
}

/** SKUs that somebody means; without a network those that this device knows. */
export function useSkus(db: Kept, typed: string) {
  const text = useSettled(typed.trim());
  return useQuery({
    queryKey: ["sales", "skus", text],
    enabled: text !== "",
    retry: false,
    queryFn: ({ signal }) =>
      orKept(
        async () => (await told(api.GET("/api/v1/skus", { params: { query: { text, count: FOUND } }, signal }))).rows,
        () =>
          db.skus
            .filter((each) => has(text, each.sku, each.name))
            .limit(FOUND)
            .toArray(),
      ),
  });
}

/** Whom the customer's orders went to, kept for the next time without a network. */
export function useConsignees(db: Kept, customerNo: string) {
  return useQuery({
    queryKey: ["sales", "consignees", customerNo],
    enabled: customerNo !== "",
    retry: false,
    queryFn: ({ signal }) =>
      orKept(
        async () => {
          const path = { customer_no: customerNo };
          const rows = await told(api.GET("/api/v1/customers/{customer_no}/consignees", { params: { path }, signal }));
          await db.consignees.put({ customer_no: customerNo, consignees: rows });
          return rows;
        },
        async () => (await db.consignees.get(customerNo))?.consignees ?? [],
      ),
  });
}

/** How much of a SKU may still be promised, over all warehouses. */
export function useAvailable(sku: string) {
  return useQuery({
    queryKey: ["sales", "stock", sku],
    enabled: useMay()("stock:read") && sku !== "",
    retry: false,
    queryFn: async ({ signal }) => {
      const found = await told(api.GET("/api/v1/stock", { params: { query: { sku, count: KEPT } }, signal }));
      return found.rows.reduce((sum, each) => sum + Math.max(0, each.available), 0);
    },
  });
}

/** What the order would come to as it is typed so far. */
export function usePreview(body: Body | null) {
  const settled = useSettled(JSON.stringify(body));
  return useQuery({
    queryKey: ["sales", "preview", settled],
    enabled: settled !== "null",
    retry: false,
    staleTime: 0,
    queryFn: ({ signal }) => told(api.POST("/api/v1/orders/preview", { body: JSON.parse(settled) as Body, signal })),
  });
}
