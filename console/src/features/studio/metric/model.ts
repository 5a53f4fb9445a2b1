import type { Content } from "~/features/studio/read";
import type { Condition, CountedField, Metric } from "~/features/studio/vocabulary";

export type Type = CountedField["types"][number];
export const MEASURES = ["count", "share", "sum", "average", "least", "most", "percentile"] as const;
export const WAYS = { text: ["in", "not_in", "known", "unknown"], flag: ["eq"] } as const;
const ORDERED = ["ge", "gt", "le", "lt"];

/** How a field of a type may be compared; of texts one or several values are chosen in one way. */
export function waysOf(type: Type): readonly string[] {
  if (type === "text") return WAYS.text;
  if (type === "flag") return WAYS.flag;
  return type === "time" ? [...ORDERED, "known", "unknown"] : [...ORDERED, "eq", "ne", "known", "unknown"];
}

/** What a field is compared as: own fields of orders are texts, whatever the dictionary says. */
export function typeOf(field: CountedField | undefined, of: string): Type {
  if (!field || (field.name.startsWith("custom.") && of !== "records")) return "text";
  return field.types[0] ?? "text";
}

/** The way as it is chosen: one text is a list of one. */
export function wayOf(condition: Condition, type: Type): string {
  if (type === "text" && condition.is === "eq") return "in";
  if (type === "text" && condition.is === "ne") return "not_in";
  return condition.is;
}

export function valuesOf(condition: Condition): string[] {
  if (Array.isArray(condition.value)) return condition.value.map(String);
  return condition.value === undefined || condition.value === null || condition.value === ""
    ? []
    : [String(condition.value)];
}

/** A condition on texts: one value is compared, several are a list. */
export function chosen(field: string, way: string, values: string[]): Condition {
  const [only] = values;
  if (values.length === 1) return { field, is: way === "in" ? "eq" : "ne", value: only };
  return { field, is: way, value: values };
}

/** A condition that a field begins with. */
export function begun(field: CountedField, of: string): Condition {
  const type = typeOf(field, of);
  if (type === "flag") return { field: field.name, is: "eq", value: true };
  if (type === "text") return { field: field.name, is: "in", value: [] };
  return { field: field.name, is: "ge", value: type === "time" ? "" : 0 };
}

/** Whether all of a condition is said. */
export function ready(condition: Condition): boolean {
  if (condition.is === "known" || condition.is === "unknown") return true;
  return typeof condition.value === "boolean" || typeof condition.value === "number" || valuesOf(condition).length > 0;
}

/** A metric without what is not said yet, so that what is said can be tried. */
export function finished(metric: Metric): Metric {
  const where = (conditions?: Condition[]) => conditions?.filter(ready);
  const measure = metric.measure && { ...metric.measure, where: where(metric.measure.where) };
  const per = metric.per && { ...metric.per, where: where(metric.per.where) };
  return { ...metric, where: where(metric.where), measure, per };
}

export function metricOf(content: Content): Metric {
  const metric = content as Metric;
  return { ...metric, title: metric.title ?? { zh: "", en: "" }, of: metric.of ?? "orders" };
}

/** Without what is empty: what a metric does not say holds for all. */
export function trimmed(metric: Metric): Content {
  const empty = (value: unknown) => value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(metric).filter(([, value]) => !empty(value)));
}
