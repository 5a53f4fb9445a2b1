import type { Content } from "~/features/studio/read";
import { rowsOf } from "~/features/studio/rules/graph";

export type Case = { name: string; set?: Record<string, unknown>; expect?: { rule?: string }[] };
export type Book = { base: Content; cases: Case[] };

export const bookOf = (cases: Content[]): Book =>
  ({ base: {}, cases: [], ...(cases[0] as object | undefined) }) as Book;

/** A nested value as paths: {"order": {"total": 1}} is [["order.total", 1]]. */
export function flat(value: Content, before = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([name, each]): [string, unknown][] =>
    each && typeof each === "object" && !Array.isArray(each) && Object.keys(each).length > 0
      ? flat(each as Content, `${before}${name}.`)
      : [[before + name, each]],
  );
}

export function nested(pairs: [string, unknown][]): Content {
  const made: Content = {};
  for (const [path, value] of pairs) {
    const names = path.split(".");
    const last = names.pop() as string;
    let place = made;
    for (const name of names) {
      if (typeof place[name] !== "object" || place[name] === null) place[name] = {};
      place = place[name] as Content;
    }
    place[last] = value;
  }
  return made;
}

/** What somebody typed: a number, yes or no, a list, else words. */
export function typed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const written = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A value that a cell takes, as far as it can be read off: `>= 300` takes 300, `"a", "b"` takes "a". */
export function sample(cell: string): unknown {
  const text = cell.trim();
  const range = /^([[(\]])\s*(-?[\d.]+)\s*\.\./.exec(text);
  if (range) return Number(range[2]) + (range[1] === "[" ? 0 : 1);
  const compared = /^(>=|<=|>|<|==)\s*(-?[\d.]+)/.exec(text);
  if (compared) {
    const [, sign, figure] = compared;
    return Number(figure) + (sign === ">" ? 1 : sign === "<" ? -1 : 0);
  }
  const first = /^("[^"]*"|'[^']*'|-?[\d.]+|true|false)/.exec(text)?.[0];
  if (first === undefined) return undefined;
  return typed(first.startsWith("'") ? `"${first.slice(1, -1)}"` : first);
}

/** A first form of a case for each row that no case expects. */
export function proposals(content: Content, book: Book): Case[] {
  const expected = new Set(book.cases.flatMap((each) => (each.expect ?? []).map((one) => one.rule)));
  return rowsOf(content)
    .filter((each) => !expected.has(each.value))
    .map(({ value, label, row, table }) => {
      const set: Record<string, unknown> = {};
      for (const column of table.inputs) {
        const given = column.field && row[column.id] ? sample(row[column.id] as string) : undefined;
        if (column.field && given !== undefined) set[column.field] = given;
      }
      return { name: label, set, expect: [{ rule: value }] };
    });
}
