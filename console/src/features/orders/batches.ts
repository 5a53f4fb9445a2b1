import { api, once, told } from "~/client/api";
import type { components } from "~/client/schema";
import type { Outcome } from "~/ui/list/declaration";

/** An order, as far as a verb needs to know it. */
export type Numbered = { order_no: string };
type Outcomes = components["schemas"]["Outcomes"];
type Said = Record<string, string | undefined>;

function each(rows: Numbered[], answer: Outcomes | undefined): Outcome[] {
  return rows.map((row, index) => ({ name: row.order_no, refused: answer?.outcomes[index]?.refused ?? undefined }));
}

const numbers = (rows: Numbered[]) => rows.map((row) => row.order_no);

/** Put a hold on each; its reason is told as it was typed, in both languages. */
export async function holdMany(rows: Numbered[], said: Said): Promise<Outcome[]> {
  const reason = { zh: said.reason ?? "", en: said.reason ?? "" };
  const body = { order_nos: numbers(rows), code: said.code ?? "", reason, owner: said.owner ?? "" };
  return each(rows, await told(api.POST("/api/v1/orders/hold", { body, headers: once() })));
}

export async function releaseMany(rows: Numbered[], said: Said): Promise<Outcome[]> {
  const body = { order_nos: numbers(rows), code: said.code ?? "", reason: said.reason ?? "" };
  return each(rows, await told(api.POST("/api/v1/orders/release", { body, headers: once() })));
}

export async function cancelMany(rows: Numbered[], said: Said): Promise<Outcome[]> {
  const body = { order_nos: numbers(rows), reason: said.reason ?? "" };
  return each(rows, await told(api.POST("/api/v1/orders/cancel", { body, headers: once() })));
}

/** What was left empty stays as it is. */
export async function amendMany(rows: Numbered[], said: Said): Promise<Outcome[]> {
  const change = {
    reason: said.reason ?? "",
    carrier_requested: said.carrier_requested || undefined,
    packing_request: said.packing_request || undefined,
    notes: said.seller ? { seller: said.seller } : undefined,
  };
  const body = { order_nos: numbers(rows), change };
  return each(rows, await told(api.POST("/api/v1/orders/amend", { body, headers: once() })));
}

export async function retryMany(rows: Numbered[]): Promise<Outcome[]> {
  const body = { order_nos: numbers(rows) };
  return each(rows, await told(api.POST("/api/v1/orders/retry", { body, headers: once() })));
}
