import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { translated, WORDS } from "../jdm/plugin";

const editor = readFileSync(
  join(import.meta.dirname, "..", "node_modules", "@gorules", "jdm-editor", "dist", "index.js"),
  "utf8",
);
const told = translated(editor);
/** Names of types, of columns in files, and of what never shows here (the script node is off). */
const NO_WORDS = /^(Q\d|UTC|AM|PM|Any|YYYY.*|Function v1 .*|.*(arithmetic|utilities|client|validation))$/;

test("the rules editor has Chinese for all that people read in it", () => {
  expect(told.missing.filter((each) => !NO_WORDS.test(each))).toEqual([]);
});

test("every word that was translated is still there", () => {
  const used = new Set([...told.code.matchAll(/__jdm\("([^"]+)"\)/g)].map((each) => each[1]));
  expect(Object.keys(WORDS).filter((each) => !used.has(each))).toEqual([]);
});

test("the rules editor brings neither Excel nor a foreign code editor along", () => {
  expect(told.code).not.toMatch(/from "exceljs"/);
});
