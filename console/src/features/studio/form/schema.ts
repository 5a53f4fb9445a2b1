/** As much of JSON Schema as the kinds of documents use. */
export type Schema = {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  enum?: (string | number)[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  default?: unknown;
  description?: string;
  additionalProperties?: boolean | Schema;
};

export type Resolve = (schema: Schema | undefined) => Schema;

/** Follows references and takes what is meant by "this or nothing", or the first of several. */
export function resolver(root: Schema): Resolve {
  const follow: Resolve = (schema) => {
    if (!schema) return {};
    if (schema.$ref) return follow(root.$defs?.[schema.$ref.split("/").pop() ?? ""]);
    const told = schema.anyOf?.filter((each) => each.type !== "null");
    if (told?.length) return told.length === 1 ? follow(told[0]) : { ...follow(told[0]), anyOf: undefined };
    return schema;
  };
  return follow;
}

export type Shape = "words" | "object" | "list" | "names" | "choice" | "yes" | "number" | "text" | "any";

/** What kind of field a schema is to a person. */
export function shapeOf(schema: Schema, resolve: Resolve): Shape {
  if (schema.enum) return "choice";
  if (schema.type === "boolean") return "yes";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "string") return "text";
  if (schema.type === "array") {
    const item = shapeOf(resolve(schema.items), resolve);
    return item === "text" || item === "choice" || item === "number" ? "names" : "list";
  }
  if (schema.properties) {
    const names = Object.keys(schema.properties);
    return names.length === 2 && names.includes("zh") && names.includes("en") ? "words" : "object";
  }
  return "any";
}

/** A schema that fits a value, for what has none of its own: cases are shaped like their examples. */
export function inferred(value: unknown): Schema {
  if (Array.isArray(value)) return { type: "array", items: merged(value.map(inferred)) };
  if (value && typeof value === "object") {
    const properties = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inferred(each)]));
    return { type: "object", properties };
  }
  if (typeof value === "boolean") return { type: "boolean" };
  if (typeof value === "number") return { type: "number" };
  return typeof value === "string" ? { type: "string" } : {};
}

function merged(schemas: Schema[]): Schema {
  const [first = {}] = schemas;
  if (first.type !== "object") return first;
  return { type: "object", properties: Object.assign({}, ...schemas.map((each) => each.properties ?? {})) };
}

/** What a new element begins with: what is required, empty. */
export function fresh(schema: Schema, resolve: Resolve): unknown {
  const shape = shapeOf(schema, resolve);
  if (shape === "words") return { zh: "", en: "" };
  if (shape === "object") {
    const wanted = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
    return Object.fromEntries(wanted.map(([name, each]) => [name, fresh(resolve(each), resolve)]));
  }
  if (shape === "list" || shape === "names") return [];
  if (shape === "choice") return schema.enum?.[0];
  if (shape === "yes") return false;
  if (shape === "number") return 0;
  return shape === "text" ? "" : null;
}

/** Expressions and long texts get room. */
export const LONG = /^(when|computed|visible_when|description|formula|markdown)$/;

/** What of an element stands in its row: what it must have and what it is called. */
export function headOf(item: Schema, resolve: Resolve): string[] {
  const short = Object.entries(item.properties ?? {}).filter(([name, each]) => {
    const shape = shapeOf(resolve(each), resolve);
    return (shape === "text" || shape === "choice" || shape === "number" || shape === "words") && !LONG.test(name);
  });
  const names = short.map(([name]) => name);
  const wanted = names.filter((name) => item.required?.includes(name) || name === "zh" || name === "en");
  return (wanted.length > 0 ? wanted : names).slice(0, 4);
}
