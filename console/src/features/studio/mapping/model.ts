import type { Content } from "~/features/studio/read";

/** Where a value may go: a field of the order, or of each of its lines. */
export type Place = { of: "order" | "line"; field: string };

export type Step = string | Record<string, unknown>;
export type Reading = {
  from?: string | string[];
  template?: string;
  value?: unknown;
  when?: unknown;
  transforms?: Step[];
  values?: Record<string, unknown>;
  default?: unknown;
  required?: boolean;
  of?: string;
};
export type Readings = Record<string, Reading | Reading[]>;
export type Mapping = {
  name: string;
  fields: Readings;
  lines?: { fields: Readings; each?: string } & Content;
  orders?: string;
  rows?: { key: string };
} & Content;

/** What stands in a payload: its path, what stands there, how deep. Lists are looked at by their first element. */
export type Leaf = { path: string; name: string; sample: string; depth: number; list: boolean; many: number };

const DEPTH_MAX = 8;
const LEAVES_MAX = 400;
const SAMPLE_CHARS = 60;
/** Fields that every order must have before it can come in. */
export const NEEDED = { order: ["external_no", "placed_at"], line: ["sku", "quantity"] };

export const mappingOf = (content: Content, name: string): Mapping =>
  (content.mapping as Mapping) ?? { name, fields: {}, lines: { fields: {} } };

const plain = (key: string) => (/^[^.[\]{}'|\s]+$/.test(key) ? key : `['${key.replaceAll("'", "\\'")}']`);
const join = (path: string, key: string) =>
  plain(key).startsWith("[") || path === "" ? path + plain(key) : `${path}.${plain(key)}`;

/** What stands under a plain path; the first of a list. */
export function at(payload: unknown, path: string): unknown {
  let found = payload;
  for (const key of path.split(/[.]/).filter(Boolean)) {
    const bare = key.replace(/\[\]$/, "").replace(/^\['|'\]$/g, "");
    found = found && typeof found === "object" ? (found as Content)[bare] : undefined;
    if (Array.isArray(found)) found = found[0];
  }
  return found;
}

/** Everything in a payload that a field can come from, as a tree read from above. */
export function leavesOf(record: unknown): Leaf[] {
  const found: Leaf[] = [];
  if (isTable(record)) {
    const row = record.rows[0] ?? [];
    return record.header.map((name, column) => ({
      path: name,
      name,
      sample: said(row[column]),
      depth: 0,
      list: false,
      many: 0,
    }));
  }
  const walk = (value: unknown, path: string, depth: number) => {
    if (!value || typeof value !== "object" || Array.isArray(value) || depth > DEPTH_MAX) return;
    for (const [key, each] of Object.entries(value)) {
      if (found.length >= LEAVES_MAX) return;
      const below = join(path, key);
      const first = Array.isArray(each) ? each[0] : each;
      const branch = first !== null && typeof first === "object" && !Array.isArray(first);
      const list = Array.isArray(each) && branch;
      found.push({
        path: list ? `${below}[]` : below,
        name: key,
        sample: branch ? "" : said(each),
        depth,
        list: list || branch,
        many: Array.isArray(each) ? each.length : 0,
      });
      if (branch) walk(first, list ? `${below}[]` : below, depth + 1);
    }
  };
  walk(record, "", 0);
  return found;
}

type Table = { header: string[]; rows: unknown[][] };
const isTable = (value: unknown): value is Table =>
  Boolean(
    value &&
      typeof value === "object" &&
      Array.isArray((value as Table).header) &&
      Array.isArray((value as Table).rows),
  );

function said(value: unknown): string {
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  return text.length > SAMPLE_CHARS ? `${text.slice(0, SAMPLE_CHARS)}…` : text;
}

/** The path as a field of the lines says it: without the list that the lines are. */
export function inLine(path: string, each: string | undefined): string {
  if (!each) return path;
  return path.startsWith(`${each}.`) ? path.slice(each.length + 1) : path === each ? "." : `$.${path}`;
}

/** Every path that the readings name, and the fields that each fills. */
export function sources(readings: Readings): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [field, given] of Object.entries(readings))
    for (const each of Array.isArray(given) ? given : [given])
      for (const path of [each.from ?? []].flat()) found.set(path, [...(found.get(path) ?? []), field]);
  return found;
}

export type How = "path" | "value" | "template" | "several";

/** Where a field comes from, in kind. */
export function howOf(given: Reading | Reading[]): How {
  if (Array.isArray(given)) return given.length > 1 ? "several" : howOf(given[0] ?? {});
  if (given.template !== undefined) return "template";
  return given.from === undefined && given.value !== undefined ? "value" : "path";
}

/** Where a field comes from, in short. */
export function shortOf(given: Reading | Reading[]): string {
  if (Array.isArray(given)) return given.map(shortOf).join(" / ");
  if (given.from !== undefined) return [given.from].flat().join(" + ");
  return given.template ?? (given.value === undefined ? "" : JSON.stringify(given.value));
}

/** The readings with a field that comes from a path; what was said of it besides stays. */
export function connected(readings: Readings, field: string, path: string): Readings {
  const before = readings[field];
  const one = Array.isArray(before) ? before[0] : before;
  const { template: _t, value: _v, ...rest } = one ?? {};
  return { ...readings, [field]: { ...rest, from: path } };
}

/** Without a field. */
export function without(readings: Readings, field: string): Readings {
  return Object.fromEntries(Object.entries(readings).filter(([name]) => name !== field));
}

/** A payload as somebody pasted it: JSON, or a sheet with a header. */
export function pasted(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const [header = "", ...rows] = text.trim().split(/\r?\n/);
    const sign = header.includes("\t") ? "\t" : ",";
    if (rows.length === 0 || !header.includes(sign)) throw new Error("unreadable");
    return { header: header.split(sign), rows: rows.map((each) => each.split(sign)) };
  }
}
