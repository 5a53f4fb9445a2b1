import type { Body, Consignee, Customer } from "~/features/sales/kept";

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

export function line(): Line {
  return { id: crypto.randomUUID(), sku: "", name: "", quantity: 1, price: "" };
}

/** An empty draft, under a number that no other device makes. */
export function fresh(channel: string): Draft {
  const external_no = `D-${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`.toUpperCase();
  const people = { customer: null, consignee: null, name: "", phone: "", address: "" };
  return { external_no, channel, ...people, payment_method: "", note: "", own: "", fields: {}, lines: [line()] };
}

const KEPT = "orderloom.sales.draft";

/** What somebody was typing in this tab before it was loaded anew; else an empty draft. */
export function resumed(who: string): Draft {
  try {
    const found = JSON.parse(sessionStorage.getItem(`${KEPT}.${who}`) ?? "null") as Draft | null;
    if (found) return { ...fresh(""), ...found };
  } catch {
    // What cannot be read is nobody's draft.
  }
  return fresh("");
}

/** Keep what is being typed for as long as the tab lives. */
export function keep(who: string, draft: Draft): void {
  sessionStorage.setItem(`${KEPT}.${who}`, JSON.stringify(draft));
}

/** "gift_combo=A size=L" as own fields. */
function own(text: string): Record<string, string> {
  const pairs = text.split(/[\s,，;；]+/).map((each) => each.split("="));
  return Object.fromEntries(pairs.filter((each) => each[0] && each[1]).map(([name = "", value = ""]) => [name, value]));
}

/** What is sent; nothing while customer or goods are missing. */
export function body(draft: Draft): Body | null {
  const lines = draft.lines.filter((each) => each.sku !== "" && each.quantity > 0);
  if (!draft.customer || lines.length === 0 || draft.channel === "") return null;
  const { consignee: usual } = draft;
  const { province, city, district, adcode, street } = usual ?? {};
  const typed = { name: draft.name, phone: draft.phone, address: draft.address };
  return {
    channel: draft.channel,
    external_no: draft.external_no,
    customer_no: draft.customer.customer_no,
    payment_method: draft.payment_method || draft.customer.payment_method || "",
    consignee: usual ? { name: usual.name, phone: usual.phone, province, city, district, adcode, street } : typed,
    notes: draft.note ? { seller: draft.note } : undefined,
    custom: { ...own(draft.own), ...draft.fields } as never,
    lines: lines.map(({ sku, quantity, price }) => ({ sku, quantity, price: price === "" ? undefined : price })),
  };
}
