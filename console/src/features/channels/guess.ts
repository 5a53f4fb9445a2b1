/** A guess at which field of an order each value of a sample fills: by the last name of its path. */
const NAMES: [RegExp, string][] = [
  [/^(order_?(id|no|sn|number)|tid|trade_no)$/i, "external_no"],
  [/^(created(_?at|_?time)?|order_time|create_time|placed_at)$/i, "placed_at"],
  [/^(pay(_?time)|paid_at)$/i, "paid_at"],
  [/^(pay_?ment|total(_?(amount|price|fee))?|amount_total|pay_amount)$/i, "total"],
  [/^(freight|post_fee|shipping(_fee)?)$/i, "freight"],
  [/^(receiver(_name)?|consignee(_name)?|contact(_name)?)$/i, "consignee.name"],
  [/^((receiver_|consignee_)?(mobile|phone|tel)(_?number)?)$/i, "consignee.phone"],
  [/^((receiver_)?(state|province)(_name)?)$/i, "consignee.province"],
  [/^((receiver_)?city(_name)?)$/i, "consignee.city"],
  [/^((receiver_)?(district|county|area)(_name)?)$/i, "consignee.district"],
  [/^((receiver_)?(address|addr|detail_address))$/i, "consignee.address"],
  [/^(buyer_(memo|message)|remark|note)$/i, "notes.buyer"],
];
const LINE_NAMES: [RegExp, string][] = [
  [/^(sku(_?(id|code|no))?|outer_(sku_)?id|code|item_no|goods_no)$/i, "sku"],
  [/^(num(ber)?|qty|quantity|count|n)$/i, "quantity"],
  [/^(price|unit_price)$/i, "price"],
  [/^(title|name|goods_name|item_name)$/i, "name"],
];

export const ORDER_FIELDS = [
  "external_no",
  "customer_no",
  "placed_at",
  "paid_at",
  "payment_method",
  "total",
  "freight",
  "discount",
  "consignee.name",
  "consignee.phone",
  "consignee.province",
  "consignee.city",
  "consignee.district",
  "consignee.address",
  "notes.buyer",
  "notes.seller",
];
export const LINE_FIELDS = ["sku", "name", "quantity", "price", "amount", "unit"];

export type Leaf = { path: string; each: string; value: string };

/** The plain values of a message; those of its first list of objects are of lines. */
export function leaves(message: unknown, path = "", each = ""): Leaf[] {
  if (Array.isArray(message)) {
    const first = message[0];
    if (each || first === null || typeof first !== "object") return [];
    return leaves(first, "", path);
  }
  if (message === null || typeof message !== "object") return [{ path, each, value: String(message ?? "") }];
  return Object.entries(message).flatMap(([name, value]) => leaves(value, path ? `${path}.${name}` : name, each));
}

/** The field that a value most likely fills; none where its name says nothing. */
export function guess(leaf: Leaf): string {
  const name = leaf.path.split(".").pop() ?? "";
  return (leaf.each ? LINE_NAMES : NAMES).find(([pattern]) => pattern.test(name))?.[1] ?? "";
}

/** A mapping of what was chosen for each value. */
export function mapping(name: string, found: Leaf[], chosen: Record<string, string>): Record<string, unknown> {
  const of = (lines: boolean) =>
    Object.fromEntries(
      found
        .filter((leaf) => (leaf.each !== "") === lines && chosen[key(leaf)])
        .map((leaf) => [chosen[key(leaf)], { from: leaf.path }]),
    );
  const each = found.find((leaf) => leaf.each !== "")?.each ?? "";
  return { name, fields: of(false), lines: { ...(each ? { each } : {}), fields: of(true) } };
}

export const key = (leaf: Leaf) => `${leaf.each}|${leaf.path}`;
