import { expect, test } from "vitest";
import { pathOf, wayOf } from "~/features/studio/flow/ways";
import { goods, kept } from "~/ui/rules/cells";

const BOX = { x: 100, y: 0, width: 200, height: 60 };

test("an arrow goes straight to the middle where nothing stands in the way", () => {
  expect(wayOf({ x: 0, y: 10 }, { x: 100, y: 50 }, [])?.map((each) => each.x)).toEqual([0, 50, 50, 100]);
});

test("an arrow goes around a box that stands between, the shorter way", () => {
  const way = wayOf({ x: 40, y: 50 }, { x: 400, y: 40 }, [BOX]) ?? [];
  expect(way.map((each) => each.y)).toEqual([50, 50, 72, 72, 40, 40]);
  expect(pathOf(way)).toMatch(/^M40,50L55,50Q60,50 60,55/);
});

test("an arrow that leads back is left to be drawn around", () => {
  expect(wayOf({ x: 400, y: 0 }, { x: 100, y: 0 }, [BOX])).toBeUndefined();
});

test("goods with their pieces are read and kept as people write them", () => {
  const cell = '[{"sku": "A01", "quantity": 1}, {"sku": "A02", "quantity": 2}]';
  expect(goods(cell)).toBe("A01 × 1、A02 × 2");
  expect(JSON.parse(kept("A01 × 1、A02 x2") ?? "")).toEqual(JSON.parse(cell));
  expect(kept("A01")).toBe('[{"sku":"A01","quantity":1}]');
  expect([goods('"A01"'), goods('[{"lot": "L1"}]'), kept("A01 plus two")]).toEqual([undefined, undefined, undefined]);
});
