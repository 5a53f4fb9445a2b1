/** How a condition is put: what the cell of a decision table says, in a form that can be chosen. */
const ALL = ["any", "is", "not", "among", "none_of", "least", "most", "above", "below"] as const;
const MORE = ["between", "up_to", "empty", "filled", "raw"] as const;
export type Sign = (typeof ALL)[number] | (typeof MORE)[number];
export type Plain = string | number | boolean;
export type Told = { sign: Sign; values: Plain[]; text: string };

export type TermType = "text" | "number" | "yes" | "list" | "any";

/** The signs that make sense for a type of value, the likeliest first. */
export const SIGNS: Record<TermType, Sign[]> = {
  text: ["among", "none_of", "empty", "filled", "raw"],
  number: ["least", "most", "above", "below", "is", "not", "between", "up_to", "among", "empty", "filled", "raw"],
  yes: ["is", "empty", "filled", "raw"],
  list: ["empty", "filled", "raw"],
  any: ["is", "not", "least", "most", "above", "below", "among", "empty", "filled", "raw"],
};
const COMPARED: [RegExp, Sign][] = [
  [/^>=\s*(.+)$/, "least"],
  [/^<=\s*(.+)$/, "most"],
  [/^>\s*(.+)$/, "above"],
  [/^<\s*(.+)$/, "below"],
  [/^!=\s*(.+)$/, "not"],
  [/^==\s*(.+)$/, "is"],
];

/** A value that stands for itself: words in quotes, a number, true or false. */
export function plain(text: string): Plain | undefined {
  const told = text.trim();
  if (/^"(?:[^"\\]|\\.)*"$/.test(told)) {
    try {
      return JSON.parse(told) as string;
    } catch {
      return undefined;
    }
  }
  if (/^'[^'\\]*'$/.test(told)) return told.slice(1, -1);
  if (/^-?\d+(\.\d+)?$/.test(told)) return Number(told);
  return told === "true" ? true : told === "false" ? false : undefined;
}

/** Values beside each other, a comma between them; nothing where one does not stand for itself. */
export function several(text: string): Plain[] | undefined {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^,]+/g) ?? [];
  const values = parts
    .map((each) => each.trim())
    .filter(Boolean)
    .map(plain);
  return values.length > 0 && values.every((each) => each !== undefined) ? (values as Plain[]) : undefined;
}

/** What a condition says. What cannot be chosen stays as it was written. */
export function read(cell: string | undefined): Told {
  const text = (cell ?? "").trim();
  const told = (sign: Sign, values: Plain[] = []): Told => ({ sign, values, text });
  if (!text || text === "-") return told("any");
  if (text === "null" || text === "== null" || text === 'null, ""') return told("empty");
  if (text === "!= null" || /^not\s+in\s*\[\s*null\s*,\s*""\s*\]$/.test(text)) return told("filled");
  const range = /^\[\s*(-?[\d.]+)\s*\.\.\s*(-?[\d.]+)\s*([\])])$/.exec(text);
  if (range) return told(range[3] === "]" ? "between" : "up_to", [Number(range[1]), Number(range[2])]);
  const listed = /^(not\s+in|in)\s*\[(.*)\]$/.exec(text);
  if (listed) {
    const values = several(listed[2] ?? "");
    return values ? told(listed[1] === "in" ? "among" : "none_of", values) : told("raw");
  }
  for (const [pattern, sign] of COMPARED) {
    const found = pattern.exec(text);
    if (found) {
      const value = plain(found[1] ?? "");
      return value === undefined ? told("raw") : told(sign, [value]);
    }
  }
  const values = several(text);
  if (!values) return told("raw");
  return values.length === 1 ? told("is", values) : told("among", values);
}

const quoted = (value: Plain | undefined) => JSON.stringify(value ?? "");

/** Texts have "one of" where other values have "is": it reads the same with one value and takes a second. */
export function shaped(told: Told, type: TermType): Told {
  if (type !== "text") return told;
  return { ...told, sign: told.sign === "is" ? "among" : told.sign === "not" ? "none_of" : told.sign };
}

/** The condition as the table keeps it; nothing while a value is wanted and none is there. */
export function write({ sign, values, text }: Told, type: TermType): string {
  const [first, second] = values;
  if (sign === "any") return "";
  if (sign === "raw") return text;
  if (sign === "empty") return type === "text" ? 'null, ""' : "null";
  if (sign === "filled") return "!= null";
  if (first === undefined || first === "") return "";
  if (sign === "among") return values.map(quoted).join(", ");
  if (sign === "none_of" && values.length > 1) return `not in [${values.map(quoted).join(", ")}]`;
  if (sign === "between") return second === undefined ? "" : `[${first}..${second}]`;
  if (sign === "up_to") return second === undefined ? "" : `[${first}..${second})`;
  const before = { least: ">= ", most: "<= ", above: "> ", below: "< ", not: "!= ", none_of: "!= ", is: "" }[sign];
  return before + quoted(first);
}

/** What an answer says: a value, or nothing where it is worked out by an expression. */
export function answer(cell: string | undefined): Plain | Plain[] | undefined {
  const text = (cell ?? "").trim();
  const listed = /^\[(.*)\]$/.exec(text);
  if (listed) return listed[1]?.trim() ? several(listed[1]) : [];
  return plain(text);
}

export const answered = (value: Plain | Plain[] | undefined | null): string =>
  value === undefined || value === null || value === "" ? "" : JSON.stringify(value);

/** Minutes of a day as people read them, and back. */
export const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
export function minutes(text: string): number | undefined {
  const found = /^(\d{1,2}):(\d{2})$/.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}

/** Goods with their numbers, as "A01 × 1、A02 × 2"; nothing where the cell says something else. */
export function goods(cell: string | undefined): string | undefined {
  let told: unknown;
  try {
    told = JSON.parse(cell ?? "");
  } catch {
    return undefined;
  }
  if (!Array.isArray(told) || told.length === 0) return undefined;
  const parts = told.map((each) => {
    const { sku, quantity = 1, ...more } = Object(each) as Record<string, unknown>;
    const plainly = typeof sku === "string" && typeof quantity === "number" && Object.keys(more).length === 0;
    return plainly ? `${sku} × ${quantity}` : undefined;
  });
  return parts.every((each) => each !== undefined) ? parts.join("、") : undefined;
}

/** What people typed as goods with their numbers, as the table keeps it; nothing where it cannot be read. */
export function kept(text: string): string | undefined {
  const parts = text.split(/[、，,;；]/).map((each) => each.trim());
  const found = parts.filter(Boolean).map((each) => /^(\S+?)(?:\s*[×xX*]\s*(\d+))?$/.exec(each));
  if (found.some((each) => each === null)) return undefined;
  const said = found.map((each) => ({ sku: each?.[1] ?? "", quantity: Number(each?.[2] ?? 1) }));
  return said.length > 0 ? JSON.stringify(said) : "";
}
