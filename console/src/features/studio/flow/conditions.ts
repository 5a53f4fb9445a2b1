/** A comparison that people put together by choosing: a field, how, and a value. */
export type Compared = { path: string; sign: string; value: string };

export const SIGNS = ["==", "!=", ">", ">=", "<", "<=", "in"] as const;
const ONE = /^\s*([A-Za-z_][\w.]*)\s*(==|!=|>=|<=|>|<)\s*("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false|null)\s*$/;
const WITHIN = /^\s*("[^"]*"|'[^']*')\s+in\s+([A-Za-z_][\w.]*)\s*$/;

const plain = (literal: string) => (/^["']/.test(literal) ? literal.slice(1, -1) : literal);

/** An expression as comparisons that must all hold; nothing where it says more than that. */
export function parted(expression: string): Compared[] | undefined {
  if (expression.trim() === "") return [];
  const found: Compared[] = [];
  for (const each of expression.split(/\s+and\s+/)) {
    const one = ONE.exec(each);
    const within = WITHIN.exec(each);
    if (one) found.push({ path: one[1] ?? "", sign: one[2] ?? "", value: plain(one[3] ?? "") });
    else if (within) found.push({ path: within[2] ?? "", sign: "in", value: plain(within[1] ?? "") });
    else return undefined;
  }
  return found;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const quoted = (value: string) =>
  NUMBER.test(value) || ["true", "false", "null"].includes(value) ? value : `"${value.replaceAll('"', "'")}"`;

/** The expression that says so; what is still without a field is left out. */
export function written(compared: Compared[]): string {
  return compared
    .filter((each) => each.path)
    .map(({ path, sign, value }) =>
      sign === "in" ? `"${value.replaceAll('"', "'")}" in ${path}` : `${path} ${sign} ${quoted(value)}`,
    )
    .join(" and ");
}
