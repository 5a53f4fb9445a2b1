import { expect, test } from "vitest";
import { sources } from "./sources";

/** What each floor may import, besides itself. */
const BELOW: Record<string, string[]> = {
  app: ["pages", "features", "ui", "client", "kit"],
  pages: ["features", "ui", "client", "kit"],
  features: ["ui", "client", "kit"],
  ui: ["client", "kit"],
  client: ["kit"],
  kit: [],
};
const LINES_MAX = 250;

function imported(text: string): string[] {
  return [...text.matchAll(/(?:from|import\(|import)\s*\(?"(~\/[^"]+|\.[^"]*)"/g)].map((each) => each[1] ?? "");
}

test("imports go one way, and features do not know each other", () => {
  const wrong = sources().flatMap(({ path, text }) => {
    const [floor = "", word] = path.split("/");
    return imported(text).flatMap((target) => {
      if (target.startsWith(".")) return [`${path}: relative import ${target}`];
      const [to = "", other] = target.slice(2).split("/");
      if (to === floor) return floor === "features" && other !== word ? [`${path}: ${target}`] : [];
      return BELOW[floor]?.includes(to) ? [] : [`${path}: ${target}`];
    });
  });
  expect(wrong).toEqual([]);
});

test("no file is long", () => {
  const long = sources()
    .map(({ path, text }) => [path, text.split("\n").length - 1] as const)
    .filter(([, lines]) => lines > LINES_MAX);
  expect(long).toEqual([]);
});

test("no folder has a barrel", () => {
  expect(sources().filter(({ path }) => /\/index\.tsx?$/.test(path))).toEqual([]);
});

test("what stands in every cell of a list is the browser's own", () => {
  // A list draws hundreds of cells in a frame; a component of the design system in each takes most of it.
  const cells = ["ui/Words.tsx", "ui/Badge.tsx", "ui/list/Line.tsx", "ui/list/Tick.tsx", "features/orders/Tags.tsx"];
  const read = sources().filter(({ path }) => cells.includes(path));
  expect(read).toHaveLength(cells.length);
  expect(read.filter(({ text }) => /from "antd"/.test(text)).map(({ path }) => path)).toEqual([]);
});
