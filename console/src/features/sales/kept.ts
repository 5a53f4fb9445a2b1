import Dexie, { type EntityTable } from "dexie";
import type { Said } from "~/client/problems";
import type { components } from "~/client/schema";

export type Body = components["schemas"]["OrderBody"];
export type Customer = components["schemas"]["Customer"];
export type Consignee = components["schemas"]["Consignee"];
export type Sku = components["schemas"]["Sku"];

export type Line = { id: string; sku: string; name: string; quantity: number; price: string };
/** An order as it is being typed. */
export type Draft = {
  external_no: string;
  channel: string;
  customer: Customer | null;
  consignee: Consignee | null;
  name: string;
  phone: string;
  address: string;
  payment_method: string;
  note: string;
  /** Own fields as they are typed while none are published: "gift_combo=A". */
  own: string;
  /** Own fields by the house's dictionary. */
  fields: Record<string, unknown>;
  lines: Line[];
};

/** An order that was entered: it stays on this device until the hub has said what became of it. */
export type Entry = {
  external_no: string;
  /** Sent with every try, so that the hub takes it once however often it is sent. */
  key: string;
  body: Body;
  /** As it was typed, to go on with it after a refusal; what an earlier version kept has none. */
  draft?: Draft;
  customer: string;
  at: string;
  state: "waiting" | "done" | "refused" | "asked";
  order_no?: string;
  said?: Said;
  /** The refused attempt, by which it goes on after a grant. */
  draft_id?: string;
  account?: string;
};

type Known = { customer_no: string; consignees: Consignee[] };

/** What this device keeps for one person in one workspace. */
export type Kept = Dexie & {
  entries: EntityTable<Entry, "external_no">;
  customers: EntityTable<Customer, "customer_no">;
  consignees: EntityTable<Known, "customer_no">;
  skus: EntityTable<Sku, "sku">;
};

const open = new Map<string, Kept>();

/** The database on this device of a person in a workspace. */
export function kept(workspace: string, login: string): Kept {
  const name = `orderloom.sales.${workspace}.${login}`;
  let found = open.get(name);
  if (!found) {
    found = new Dexie(name) as Kept;
    found
      .version(1)
      .stores({ entries: "external_no, state, at", customers: "customer_no", consignees: "customer_no", skus: "sku" });
    open.set(name, found);
  }
  return found;
}
