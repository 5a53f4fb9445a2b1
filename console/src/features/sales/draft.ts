import { type Dispatch, type SetStateAction, useEffect, useState } from "react";
import type { Body, Draft, Kept, Line } from "~/features/sales/kept";

export function line(): Line {
  return { id: crypto.randomUUID(), sku: "", name: "", quantity: 1, price: "" };
}

/** A number for an order that no other device makes. */
export function number(): string {
  return `D-${Date.now().toString(36)}-${crypto.randomUUID().slice(0, 8)}`.toUpperCase();
}

/** An empty draft, under a number of its own. */
export function fresh(channel: string): Draft {
  const people = { customer: null, consignee: null, name: "", phone: "", address: "" };
  return {
    external_no: number(),
    channel,
    ...people,
    payment_method: "",
    note: "",
    own: "",
    fields: {},
    lines: [line()],
  };
}

const KEPT = "orderloom.sales.draft";

/** What somebody was typing in this tab before it was loaded anew; else an empty draft. */
function resumed(who: string): Draft {
  try {
    const found = JSON.parse(sessionStorage.getItem(`${KEPT}.${who}`) ?? "null") as Draft | null;
    if (found) return { ...fresh(""), ...found };
  } catch {
    // What cannot be read is nobody's draft.
  }
  return fresh("");
}

/** The draft of this tab, kept for as long as the tab lives. One that was entered before it was loaded anew is over. */
export function useDraft(who: string, db: Kept): [Draft, Dispatch<SetStateAction<Draft>>] {
  const [draft, setDraft] = useState<Draft>(() => resumed(who));
  const [before] = useState(draft.external_no);
  useEffect(() => sessionStorage.setItem(`${KEPT}.${who}`, JSON.stringify(draft)), [who, draft]);
  useEffect(() => {
    const entered = db.entries.get(before);
    const begin = () => setDraft((now) => (now.external_no === before ? fresh(now.channel) : now));
    entered.then((found) => found && begin()).catch(() => undefined);
  }, [db, before]);
  return [draft, setDraft];
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
  const typed = { name: draft.name.trim(), phone: draft.phone, address: draft.address };
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
