import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const BUILT = join(import.meta.dirname, "..", "..", "src", "orderloom", "console_dist");
const FIRST_KB_MAX = 400;
type Chunk = { file: string; imports?: string[]; isEntry?: boolean };

test("the first load is small, before what pages bring with them", () => {
  const manifest = join(BUILT, "manifest.json");
  expect(existsSync(manifest), "build first: make console").toBe(true);
  const chunks = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, Chunk>;
  const first = new Set<string>();
  const walk = (key: string) => {
    const chunk = chunks[key];
    if (!chunk || first.has(chunk.file)) return;
    first.add(chunk.file);
    for (const each of chunk.imports ?? []) walk(each);
  };
  for (const [key, chunk] of Object.entries(chunks)) if (chunk.isEntry) walk(key);
  const bytes = [...first].reduce((sum, file) => sum + gzipSync(readFileSync(join(BUILT, file))).length, 0);
  expect(first.size).toBeGreaterThan(0);
  expect(Math.round(bytes / 1000)).toBeLessThanOrEqual(FIRST_KB_MAX);
});
