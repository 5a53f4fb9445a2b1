import { useQuery } from "@tanstack/react-query";
import { api, once, told } from "~/client/api";
import { useFresh } from "~/client/live";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import type { Search } from "~/kit/addresses";
import { minor } from "~/kit/amounts";
import type { Outcome, Page } from "~/ui/list/declaration";

export type Customer = components["schemas"]["Customer"];
export type Consignee = components["schemas"]["Consignee"];
export type Account = components["schemas"]["orderloom.queries.credit.Detail"];
type Said = Record<string, string | undefined>;

const ROWS = 100;
const ORDERS = 20;

/** A page of the list, as the address narrows it. */
export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Customer>> {
  const query = { text: search.text, cursor, count: ROWS };
  return told(api.GET("/api/v1/customers", { params: { query }, signal }));
}

/** One customer; nothing where there is none, or none in scope. */
export function useCustomer(customerNo: string) {
  return useQuery({
    queryKey: ["customers", customerNo],
    queryFn: async ({ signal }) => {
      const query = { customer_no: [customerNo] };
      return (await told(api.GET("/api/v1/customers", { params: { query }, signal }))).rows[0] ?? null;
    },
  });
}

/** Enter a customer or change it; a phone is kept as a fingerprint, and stays as it was where none is given. */
export async function enter(customer: Partial<Customer> & { phone?: string }): Promise<Customer> {
  const said = Object.entries(customer).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const body = Object.fromEntries(said) as components["schemas"]["CustomerBody"];
  await told(api.PUT("/api/v1/customers", { body: [body] }));
  return body as Customer;
}

/** Whom the customer's orders went to. */
export function useConsignees(customerNo: string) {
  return useQuery({
    queryKey: ["customers", customerNo, "consignees"],
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v1/customers/{customer_no}/consignees", {
          params: { path: { customer_no: customerNo } },
          signal,
        }),
      ),
  });
}

/** The customer's newest orders. */
export function useOrders(customerNo: string) {
  const key = ["orders", "of", customerNo];
  useFresh(key, ["order", "shipment", "payment"]);
  return useQuery({
    queryKey: key,
    enabled: useMay()("orders:read"),
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/orders", { params: { query: { customer_no: customerNo, count: ORDERS } }, signal })),
  });
}

/** The account with its live balance and grants; nothing for whom credit is closed. */
export function useAccount(account: string) {
  const key = ["credit", account];
  useFresh(key, ["credit"]);
  return useQuery({
    queryKey: key,
    enabled: useMay()("credit:read") && account !== "",
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/credit/accounts/{account}", { params: { path: { account } }, signal })),
  });
}

/** What is masked of an order's people; who looks and why is written into the audit trail. */
export function reveal(orderNo: string, reason: string) {
  const body = { reason, fields: ["name", "phone", "street"] as ("name" | "phone" | "street")[] };
  return told(api.POST("/api/v1/orders/{order_no}/reveal", { params: { path: { order_no: orderNo } }, body }));
}

/** An account, and the currency in which its amounts are typed. */
export type Named = { account: string; currency: string };

function wanted(said: Said, currency: string): { amount_minor?: number; hours?: number } {
  return {
    amount_minor: minor(said.amount, currency),
    hours: said.hours ? Math.round(Number(said.hours)) : undefined,
  };
}

/** Give a temporary limit; left empty, the amount and hours are the workspace's own. */
export async function grant(accounts: Named[], said: Said): Promise<Outcome[]> {
  return Promise.all(
    accounts.map(async ({ account, currency }) => {
      const body = { ...wanted(said, currency), scope: said.scope ?? "" };
      await told(
        api.POST("/api/v1/credit/accounts/{account}/grants", { params: { path: { account } }, body, headers: once() }),
      );
      return { name: account };
    }),
  );
}

/** Ask those who may give it for a temporary limit. */
export async function ask(accounts: Named[], said: Said): Promise<Outcome[]> {
  return Promise.all(
    accounts.map(async ({ account, currency }) => {
      const body = { account, ...wanted(said, currency), scope: said.scope ?? "", reason: said.reason ?? "" };
      await told(api.POST("/api/v1/credit/grants/requests", { body, headers: once() }));
      return { name: account };
    }),
  );
}

/** End a grant before its time. */
export async function withdraw(account: string, grantId: string): Promise<void> {
  const path = { account, grant_id: grantId };
  await told(
    api.POST("/api/v1/credit/accounts/{account}/grants/{grant_id}/withdraw", { params: { path }, headers: once() }),
  );
}
