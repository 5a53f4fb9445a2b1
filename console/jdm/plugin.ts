import { createRequire } from "node:module";
import { join } from "node:path";
import type { Plugin } from "vite";

export const WORDS: Record<string, string> = createRequire(import.meta.url)("../src/features/studio/rules/jdm.json");
const EDITOR = /@gorules\/jdm-editor\/dist\/index\.js/;
const PROPERTY =
  "children|title|label|placeholder|okText|cancelText|description|message|displayName|shortDescription|noPreviewText|detailsTitle";

const called = (text: string, before: string) => `${before}__jdm("${text}")`;

/** Where in the editor's code words stand that people read: properties, elements beside each other, either-or, messages. */
const PLACES: [RegExp, (text: string, before: string) => string][] = [
  [
    new RegExp(`\\b(${PROPERTY}): "([A-Z][^"\\n]*)"`, "g"),
    (text, name) => `get ${name}() { return __jdm("${text}"); }`,
  ],
  [
    /(\b(?:left|text|tagline|l): |\b[a-zA-Z]\w?: \w+ = |(?:, |const )(?:cl|El) = |: \w = |\? | : |\|\| |oe\.\w+\()"([A-Z][^"\n]*)"/g,
    called,
  ],
  [/(^\s+)"([A-Z][^"\n]* |Request|Graph|Ready to simulate!|Run a request[^"\n]*)"(?=,?$)/gm, called],
  [/(children: )"(\(Drag-and-drop\))"/g, called],
];

/**
 * The editor's words by the language of the page, and without what it need not load at once: it has no Chinese of its
 * own, takes its code editor from a foreign host, and brings Excel along before anybody asks for it.
 */
export function translated(code: string): { code: string; missing: string[] } {
  const missing = new Set<string>();
  let told = code;
  for (const [pattern, write] of PLACES)
    told = told.replace(pattern, (whole, before: string, text: string) => {
      if (!(text in WORDS)) missing.add(text);
      return text in WORDS ? write(text, before) : whole;
    });
  told = told
    .replace(
      /(items: Object\.values\(as\)\.map\(\((\w)\) => \(\{\s+key: \2,\s+label: )\2/,
      '$1{ Output: __jdm("Output"), Input: __jdm("Input"), Trace: __jdm("Trace") }[$2]',
    )
    .replace('import br from "exceljs";', "")
    .replace(/const \{ Workbook: t \} = br/g, 'const { Workbook: t } = (await import("exceljs")).default');
  return { code: `import { word as __jdm } from "~/features/studio/rules/words";\n${told}`, missing: [...missing] };
}

export function jdmEditor(): Plugin {
  const monaco = join(import.meta.dirname, "..", "src", "features", "studio", "rules", "monaco.tsx");
  return {
    name: "orderloom-jdm-editor",
    enforce: "pre",
    resolveId(id) {
      return id === "monaco-editor" || id === "@monaco-editor/react" ? monaco : undefined;
    },
    transform(code, id) {
      return EDITOR.test(id) ? { code: translated(code).code, map: null } : undefined;
    },
  };
}
