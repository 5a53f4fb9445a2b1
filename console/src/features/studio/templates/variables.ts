import type { Content } from "~/features/studio/read";

/** What every message about an order may say. */
export const VARIABLES = [
  "order.order_no",
  "order.channel_name",
  "order.total_text",
  "order.placed_at",
  "order.promised_at",
  "buyer.name",
  "buyer.phone",
  "consignee.name",
  "consignee.phone",
  "consignee.address",
];

const PLACE = /\{\{\s*([A-Za-z_][\w.]*)\s*\}\}/g;

/** Plain names that the texts and the cases of a template already use. */
export function placesOf(content: Content, cases: Content[]): string[] {
  const texts = ["title", "text", "markdown"].flatMap((form) => Object.values((content[form] ?? {}) as object));
  const written = texts.flatMap((each) => [...String(each).matchAll(PLACE)].map((found) => found[1] ?? ""));
  return [
    ...new Set([...written, ...Object.keys(sampleOf(cases)).flatMap((name) => under(name, sampleOf(cases)[name]))]),
  ];
}

function under(name: string, value: unknown): string[] {
  if (!value || typeof value !== "object" || Array.isArray(value)) return [name];
  return Object.entries(value).flatMap(([each, inner]) => under(`${name}.${each}`, inner));
}

/** The values that the first case gives, for what no order says. */
export function sampleOf(cases: Content[]): Content {
  return (cases[0]?.context ?? {}) as Content;
}
