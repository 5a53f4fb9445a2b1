import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { nodes, place, sources } from "./sources";

const FOLDER = join(import.meta.dirname, "..", "src", "kit", "texts");
type Pair = { zh?: string; en?: string; en_one?: string };
const pairs = new Map<string, Pair>(
  readdirSync(FOLDER).flatMap((name) =>
    Object.entries(JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as Record<string, Pair>).map(
      ([key, pair]) => [`${name.replace(/\.json$/, "")}.${key}`, pair] as const,
    ),
  ),
);
const files = sources();
const words = [...new Set([...pairs.keys()].map((key) => key.split(".")[0]))];

/** Literals that are keys, and literal beginnings of keys made at run time. */
function asked(): { keys: Map<string, string>; beginnings: Map<string, string> } {
  const keys = new Map<string, string>();
  const beginnings = new Map<string, string>();
  for (const source of files)
    for (const node of nodes(source.tree)) {
      if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
        const [word = "", ...rest] = node.text.split(".");
        if (rest.length > 0 && words.includes(word) && /^[a-z_]+(\.[a-z0-9_]+)+$/.test(node.text))
          keys.set(node.text, place(source, node));
      } else if (ts.isTemplateExpression(node)) {
        const [word = "", ...rest] = node.head.text.split(".");
        if (rest.length > 0 && words.includes(word)) beginnings.set(node.head.text, place(source, node));
      }
    }
  return { keys, beginnings };
}

const { keys, beginnings } = asked();

test("every text that is asked for is there", () => {
  const missing = [...keys].filter(([key]) => !pairs.has(key) && !isPlace(key));
  const begun = [...beginnings].filter(([start]) => ![...pairs.keys()].some((key) => key.startsWith(start)));
  expect([...missing, ...begun]).toEqual([]);
  expect(keys.size).toBeGreaterThan(50);
});

/** "orders.detail" as the name of a file in an import is no key. */
function isPlace(key: string): boolean {
  return files.some(({ path }) => path.replaceAll("/", ".").includes(key));
}

test("every text is asked for", () => {
  const idle = [...pairs.keys()].filter(
    (key) => !keys.has(key) && ![...beginnings.keys()].some((start) => key.startsWith(start)),
  );
  expect(idle).toEqual([]);
});

test("every text is there in Chinese and in English, with the same places to fill", () => {
  const filled = (text = "") => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((each) => each[1]).sort();
  for (const [key, { zh, en, en_one }] of pairs) {
    expect(zh, key).toBeTruthy();
    expect(en, key).toBeTruthy();
    expect(filled(zh), key).toEqual(filled(en));
    if (en_one !== undefined) expect(filled(en_one), key).toEqual(filled(en));
    if (key !== "shell.language.zh" && key !== "outside.language") expect(en, key).not.toMatch(/\p{Script=Han}/u);
  }
});

/** Attributes whose words people see or hear. */
const SPOKEN =
  /^(title|label|placeholder|aria-label|alt|okText|cancelText|description|subTitle|extra|tooltip|message)$/;

test("no words stand in the code", () => {
  const literal: string[] = [];
  for (const source of files)
    for (const node of nodes(source.tree)) {
      if (ts.isJsxText(node) && /\p{L}{2}/u.test(node.text)) literal.push(place(source, node));
      else if ((ts.isStringLiteral(node) || ts.isTemplateHead(node)) && /\p{Script=Han}/u.test(node.text))
        literal.push(`${place(source, node)} ${node.text}`);
      else if (
        ts.isJsxAttribute(node) &&
        SPOKEN.test(node.name.getText()) &&
        node.initializer &&
        ts.isStringLiteral(node.initializer) &&
        /\p{L}/u.test(node.initializer.text) &&
        !pairs.has(node.initializer.text)
      )
        literal.push(`${place(source, node)} ${node.initializer.text}`);
    }
  expect(literal).toEqual([]);
});
