import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";
import { type Language, read } from "../src/kit/texts.ts";

const FOLDER = join(import.meta.dirname, "../src/kit/texts");
const MODULE = /\/src\/kit\/(zh|en)_texts\.ts$/;
// What `outside_texts` brings.
const APART = new Set(["outside.json", "tracking.json", "dealing.json"]);

/** The texts of one language by their full keys, from the files in which both stand side by side. */
export function texts(language: Language): Record<string, string> {
  const files = readdirSync(FOLDER).filter((each) => each.endsWith(".json") && !APART.has(each));
  const pairs = files.map((each) => [
    `./texts/${basename(each)}`,
    JSON.parse(readFileSync(join(FOLDER, each), "utf8")),
  ]);
  return read(Object.fromEntries(pairs), language);
}

/** Builds the module of a language with the texts of that language alone. */
export function oneLanguage(): Plugin {
  return {
    name: "orderloom-one-language",
    apply: "build",
    enforce: "pre",
    load(id) {
      const language = MODULE.exec(id)?.[1] as Language | undefined;
      return language && `export default ${JSON.stringify(texts(language))}`;
    },
  };
}
