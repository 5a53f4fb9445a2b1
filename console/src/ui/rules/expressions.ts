/** What an expression says, as a tree: what rules are written with, without what is worked out in ways of its own. */
export type Tree =
  | { of: "value"; value: string | number | boolean | null }
  | { of: "list"; items: Tree[] }
  | { of: "path"; path: string }
  | { of: "call"; name: string; given: Tree[] }
  | { of: "not"; one: Tree }
  | { of: "two"; sign: string; left: Tree; right: Tree };

const TOKEN =
  /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?|(?:#|[A-Za-z_]\w*)(?:\.[A-Za-z_]\w*|\[\d+\])*|\?\?|[=!<>]=|[<>()[\],+*/-])/y;
/** From the loosest to the tightest; `??` is read where brackets set it apart. */
const LEVELS: RegExp[] = [/^or$/, /^and$/, /^([=!<>]=|<|>|in|not in)$/, /^[+-]$/, /^[*/]$/];

class Unread extends Error {}
type Reader = { tokens: string[]; at: number };

/** The tree of an expression; nothing where it says what this does not know. */
export function treeOf(text: string): Tree | undefined {
  try {
    const reader = { tokens: split(text), at: 0 };
    const found = whole(reader);
    return reader.at === reader.tokens.length ? found : undefined;
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

function split(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text)?.[1];
    if (!found) throw new Unread();
    if (found === "in" && tokens.at(-1) === "not") tokens[tokens.length - 1] = "not in";
    else tokens.push(found);
  }
  return tokens;
}

const taken = (reader: Reader, wanted: string) => {
  if (reader.tokens[reader.at] !== wanted) return false;
  reader.at += 1;
  return true;
};

function whole(reader: Reader): Tree {
  const left = level(reader, 0);
  if (!taken(reader, "??")) return left;
  // Beside other signs it is read differently by different people.
  if (left.of !== "path" && left.of !== "call") throw new Unread();
  return { of: "two", sign: "??", left, right: single(reader) };
}

function level(reader: Reader, deep: number): Tree {
  const signs = LEVELS[deep];
  if (!signs) return single(reader);
  if (deep === 2 && taken(reader, "not")) return { of: "not", one: level(reader, deep) };
  let left = level(reader, deep + 1);
  for (let sign = reader.tokens[reader.at]; sign && signs.test(sign); sign = reader.tokens[reader.at]) {
    reader.at += 1;
    left = { of: "two", sign, left, right: level(reader, deep + 1) };
  }
  return left;
}

function single(reader: Reader): Tree {
  const token = reader.tokens[reader.at];
  if (token === undefined) throw new Unread();
  reader.at += 1;
  if (token === "(") {
    const found = whole(reader);
    if (!taken(reader, ")")) throw new Unread();
    return found;
  }
  if (token === "[") return { of: "list", items: until(reader, "]") };
  if (token === "-") {
    const found = single(reader);
    if (found.of !== "value" || typeof found.value !== "number") throw new Unread();
    return { of: "value", value: -found.value };
  }
  if (/^['"]/.test(token)) return { of: "value", value: token.slice(1, -1).replace(/\\(.)/g, "$1") };
  if (/^\d/.test(token)) return { of: "value", value: Number(token) };
  if (token === "true" || token === "false") return { of: "value", value: token === "true" };
  if (token === "null") return { of: "value", value: null };
  if (!/^[A-Za-z_#]/.test(token) || ["and", "or", "not", "in"].includes(token)) throw new Unread();
  return taken(reader, "(") ? { of: "call", name: token, given: until(reader, ")") } : { of: "path", path: token };
}

function until(reader: Reader, end: string): Tree[] {
  const found: Tree[] = [];
  while (!taken(reader, end)) {
    found.push(whole(reader));
    if (!taken(reader, ",") && reader.tokens[reader.at] !== end) throw new Unread();
  }
  return found;
}
