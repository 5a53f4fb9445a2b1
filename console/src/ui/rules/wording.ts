import { type Tree, treeOf } from "~/ui/rules/expressions";

type Value = string | number | boolean | null;
/** By what words are found: texts by key, what a path is called, and what one of its values is. */
export type Speech = {
  t: (key: string, filled?: Record<string, string>) => string;
  path: (path: string) => string | undefined;
  value: (path: string, value: Value) => string;
};
const COMPARED: Record<string, string> = {
  "==": "is",
  "!=": "not",
  ">=": "least",
  "<=": "most",
  ">": "above",
  "<": "below",
  in: "among",
  "not in": "none_of",
};
const TURNED: Record<string, string> = { "<": ">", ">": "<", "<=": ">=", ">=": "<=" };
const STATEMENTS = ["some", "all", "none", "contains"];

/** An expression as people would say it; nothing where words do not reach. */
export function worded(text: string, speech: Speech): string | undefined {
  const tree = treeOf(text);
  return tree && said(tree, { ...speech, each: "" });
}

/** An expression that is worked out to a value, as people would call it; nothing where words do not reach. */
export function called(text: string, speech: Speech): string | undefined {
  const tree = treeOf(text);
  return tree && noun(tree, { ...speech, each: "" });
}

type Told = Speech & { each: string };
const value = (tree: Tree): Value | undefined => (tree.of === "value" ? tree.value : undefined);
/** The path that a comparison is about: what its other side is a value of. */
const about = (tree: Tree, told: Told): string =>
  tree.of === "path" ? full(tree.path, told) : tree.of === "two" && tree.sign === "??" ? about(tree.left, told) : "";
const full = (path: string, told: Told) => (path.startsWith("#") ? told.each + path.slice(1) : path);

/** What stands as a statement, alone or beside others. */
function said(tree: Tree, told: Told): string | undefined {
  const { t } = told;
  if (tree.of === "path" || tree.of === "call") {
    const name = noun(tree, told);
    if (tree.of === "call" && STATEMENTS.includes(tree.name)) return name;
    return name && t("studio.say.so", { left: name, right: told.value("", true) });
  }
  if (tree.of === "not") {
    const one = said(tree.one, told);
    return one && t("studio.say.except", { one });
  }
  if (tree.of !== "two") return undefined;
  if (tree.sign === "and" || tree.sign === "or") {
    const [left, right] = [tree.left, tree.right].map((each) => beside(each, tree.sign, told));
    return left && right && t(`studio.say.${tree.sign}`, { left, right });
  }
  return COMPARED[tree.sign] ? compared(tree.sign, tree.left, tree.right, told) : undefined;
}

/** Brackets where another word joins the parts. */
function beside(tree: Tree, sign: string, told: Told): string | undefined {
  const text = said(tree, told);
  const mixed = tree.of === "two" && ["and", "or"].includes(tree.sign) && tree.sign !== sign;
  return text && (mixed ? told.t("studio.say.apart", { one: text }) : text);
}

function compared(sign: string, left: Tree, right: Tree, told: Told): string | undefined {
  const { t } = told;
  if (left.of === "value" && right.of !== "value" && right.of !== "list") {
    if (sign === "in" || sign === "not in") {
      const list = noun(right, told);
      const one = told.value(about(right, told), left.value);
      return list && t(`studio.say.${sign === "in" ? "holds" : "lacks"}`, { left: list, right: one });
    }
    return compared(TURNED[sign] ?? sign, right, left, told);
  }
  const name = noun(left, told);
  if (!name) return undefined;
  const path = about(left, told);
  if (value(right) === null) {
    if (sign !== "==" && sign !== "!=") return undefined;
    return t(`studio.say.${sign === "==" ? "empty" : "filled"}`, { left: name });
  }
  if (typeof value(right) === "boolean") {
    // What is not yes was said no, or not said at all.
    const one = told.value(path, sign === "!=" ? !value(right) : (value(right) ?? null));
    return t("studio.say.so", { left: name, right: sign === "!=" ? t("studio.sign.not_so", { one }) : one });
  }
  const other = right.of === "list" ? listed(right.items, path, told) : noun(right, told, path);
  return other && t(`studio.say.${COMPARED[sign]}`, { left: name, right: other });
}

function listed(items: Tree[], path: string, told: Told): string | undefined {
  const all = items.map((each) => (each.of === "value" ? told.value(path, each.value) : undefined));
  if (all.some((each) => each === undefined)) return undefined;
  return [...new Set(all)].join(told.t("studio.sheet.comma"));
}

/** What stands where a name or a value does; `path` is what it is compared with. */
function noun(tree: Tree, told: Told, path = ""): string | undefined {
  const { t } = told;
  if (tree.of === "value") return told.value(path, tree.value);
  if (tree.of === "path") return told.path(full(tree.path, told)) ?? tree.path;
  if (tree.of === "call") return worked(tree.name, tree.given, told);
  if (tree.of !== "two" || COMPARED[tree.sign]) return undefined;
  if (!["??", "+", "-", "*", "/"].includes(tree.sign)) return undefined;
  const left = noun(tree.left, told, path);
  const right = noun(tree.right, told, about(tree.left, told));
  return left && right && t(`studio.say.${WORKED[tree.sign]}`, { left, right });
}
const WORKED: Record<string, string> = { "??": "else", "+": "plus", "-": "minus", "*": "times", "/": "by" };

function worked(name: string, given: Tree[], told: Told): string | undefined {
  const { t } = told;
  const [first, second] = given;
  if (!first) return undefined;
  if (name === "sum" || name === "max" || name === "min") {
    const mapped = first.of === "call" && first.name === "map" ? each(first.given, told, noun) : undefined;
    return mapped && t(`studio.say.${name}`, mapped);
  }
  if (name === "len" && !second) {
    const one = noun(first, told);
    return one && t("studio.say.len", { one });
  }
  if (name === "some" || name === "all" || name === "none") {
    const found = each(given, told, said);
    return found && t(`studio.say.${name}`, found);
  }
  if (name === "contains" && second) {
    const [left, right] = [noun(first, told), noun(second, told, about(first, told))];
    return left && right && t("studio.say.holds", { left, right });
  }
  return undefined;
}

/** What is said of each element of a list. */
function each([list, rest]: Tree[], told: Told, how: (tree: Tree, told: Told) => string | undefined) {
  if (list?.of !== "path" || !rest) return undefined;
  const path = `${full(list.path, told)}[]`;
  const all = told.path(path);
  const one = how(rest, { ...told, each: path });
  return all && one ? { all, one } : undefined;
}
