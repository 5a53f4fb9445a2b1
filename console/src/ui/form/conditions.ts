import type { FieldShown, FormShown, Values } from "~/ui/form/definition";

const TOKEN =
  /\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?|[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*|[=!<>]=|[<>()[\],-])/y;
const COMPARING = new Set(["==", "!=", "<", "<=", ">", ">="]);
// What only the server knows of an order.
const BEYOND = /^(order\.(total|goods|line_count)|customer|lines|now)\b/;

class Unread extends Error {}
type Look = (path: string) => unknown;

/**
 * Whether a condition holds, for the plain ones: comparisons, `in`, `and`, `or`, `not`. Nothing for any other, which the
 * server decides: it always has the last word.
 */
export function holds(text: string, look: Look): boolean | undefined {
  try {
    const tokens = split(text);
    const reader = { tokens, at: 0, look };
    const found = either(reader);
    return reader.at === tokens.length ? found === true : undefined;
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

/** The fields that are not seen with these values, as far as plain conditions tell. */
export function hiddenBy(form: FormShown, values: Values): string[] {
  const look: Look = (path) => {
    const own = path.replace(/^(order|record)\./, "");
    return [own, `custom.${own}`].map((name) => values[name] ?? below(name, values)).find((each) => each !== undefined);
  };
  const fields: FieldShown[] = form.sections.flatMap((each) => each.fields);
  return fields
    .filter((each) => each.visible_when && holds(each.visible_when, look) === false)
    .map((each) => each.name);
}

/** A part of a value: `consignee.address.province` of the field `consignee.address`. */
function below(path: string, values: Values): unknown {
  const cut = path.lastIndexOf(".");
  if (cut < 0) return undefined;
  const whole = values[path.slice(0, cut)];
  return whole && typeof whole === "object" ? (whole as Values)[path.slice(cut + 1)] : undefined;
}

function split(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text);
    if (!found?.[1]) throw new Unread();
    tokens.push(found[1]);
  }
  return tokens;
}

type Reader = { tokens: string[]; at: number; look: Look };
const next = (reader: Reader) => reader.tokens[reader.at];
const take = (reader: Reader, wanted: string) => {
  if (next(reader) !== wanted) return false;
  reader.at += 1;
  return true;
};

function either(reader: Reader): unknown {
  let found = both(reader);
  while (take(reader, "or")) {
    const other = both(reader);
    found = found === true || other === true;
  }
  return found;
}

function both(reader: Reader): unknown {
  let found = compared(reader);
  while (take(reader, "and")) {
    const other = compared(reader);
    found = found === true && other === true;
  }
  return found;
}

function compared(reader: Reader): unknown {
  if (take(reader, "not")) return compared(reader) !== true;
  const left = single(reader);
  const sign = next(reader) ?? "";
  if (COMPARING.has(sign)) {
    reader.at += 1;
    return comparing(left, sign, single(reader));
  }
  const turned = sign === "not";
  if (turned || sign === "in") {
    reader.at += 1;
    if (turned && !take(reader, "in")) throw new Unread();
    const among = single(reader);
    if (!Array.isArray(among)) return false;
    return among.includes(left) !== turned;
  }
  return left;
}

function comparing(left: unknown, sign: string, right: unknown): boolean {
  const [one, other] = [left ?? null, right ?? null];
  if (sign === "==") return one === other;
  if (sign === "!=") return one !== other;
  if (typeof one !== typeof other || (typeof one !== "number" && typeof one !== "string")) return false;
  const [low, high] = [one as number, other as number];
  return sign === "<" ? low < high : sign === "<=" ? low <= high : sign === ">" ? low > high : low >= high;
}

function single(reader: Reader): unknown {
  const token = next(reader);
  if (token === undefined) throw new Unread();
  reader.at += 1;
  if (token === "(") {
    const found = either(reader);
    if (!take(reader, ")")) throw new Unread();
    return found;
  }
  if (token === "[") {
    const found: unknown[] = [];
    while (!take(reader, "]")) {
      found.push(single(reader));
      if (!take(reader, ",") && next(reader) !== "]") throw new Unread();
    }
    return found;
  }
  if (token === "-") return -Number(single(reader));
  if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, "$1");
  if (/^\d/.test(token)) return Number(token);
  if (token === "true" || token === "false") return token === "true";
  if (token === "null") return null;
  if (!/^[A-Za-z_]/.test(token) || next(reader) === "(" || BEYOND.test(token)) throw new Unread();
  return reader.look(token);
}
