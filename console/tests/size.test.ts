import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const BUILT = join(import.meta.dirname, "..", "..", "src", "orderloom", "console_dist");
const CONSOLE = ["index.html", "src/kit/zh_texts.ts"];
const OUTSIDE = ["outside.html"];
/** What loads before a page shows itself, and how many kB of it there may be in gzip, which any server can send. */
const FIRST_KB_MAX: [string, string[], number][] = [
  ["src/features/sessions/SignIn.tsx", CONSOLE, 400],
  ["src/pages/home/Home.tsx", CONSOLE, 400],
  ["src/pages/orders/Orders.tsx", CONSOLE, 400],
  ["outside.html", [], 110],
  ["src/pages/tracking/Tracking.tsx", OUTSIDE, 115],
  ["src/pages/dealing/Dealing.tsx", OUTSIDE, 120],
  ["src/app/OutsideForm.tsx", [...OUTSIDE, "src/kit/zh_texts.ts"], 400],
];
type Chunk = { file: string; imports?: string[]; isEntry?: boolean };

function loaded(manifest: Record<string, Chunk>, ...keys: string[]): number {
  const files = new Set<string>();
  const walk = (key: string) => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const each of chunk.imports ?? []) walk(each);
  };
  for (const key of keys) {
    expect(Object.keys(manifest)).toContain(key);
    walk(key);
  }
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(BUILT, file))).length, 0);
  return Math.round(bytes / 1000);
}

test.each(FIRST_KB_MAX)("the first load of %s is small", (page, entry, most) => {
  const path = join(BUILT, "manifest.json");
  expect(existsSync(path), "build first: make console").toBe(true);
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Record<string, Chunk>;
  const kilobytes = loaded(manifest, ...entry, page);
  expect(kilobytes).toBeGreaterThan(0);
  expect(kilobytes).toBeLessThanOrEqual(most);
});
