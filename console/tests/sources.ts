import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "..", "src");

/** A source; it is taken apart when its tree is asked for. */
export type Source = { path: string; text: string; readonly tree: ts.SourceFile };

/** Every source of the console, but what is generated. */
export function sources(): Source[] {
  return readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && /\.tsx?$/.test(each.name) && !each.name.endsWith(".d.ts"))
    .map((each) => {
      const whole = join(each.parentPath, each.name);
      const text = readFileSync(whole, "utf8");
      const kind = each.name.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
      let tree: ts.SourceFile | undefined;
      return {
        path: relative(ROOT, whole),
        text,
        get tree() {
          tree ??= ts.createSourceFile(whole, text, ts.ScriptTarget.Latest, true, kind);
          return tree;
        },
      };
    });
}

/** Every node of a source. */
export function* nodes(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodes(child);
}

/** Where a node stands, for a person. */
export function place(source: Source, node: ts.Node): string {
  return `${source.path}:${source.tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
