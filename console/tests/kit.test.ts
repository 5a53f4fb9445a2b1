import { describe, expect, test } from "vitest";
import { parse, write } from "~/kit/addresses";
import { amount, figure, minor } from "~/kit/amounts";
import { csv } from "~/kit/csv";
import { midnight, pieces, short, span, whole } from "~/kit/times";
import { covers } from "~/kit/verbs";

test("amounts are written to the cent, and whole where a currency has none", () => {
  expect(amount(123456, "CNY", "zh-CN")).toBe("¥1,234.56");
  expect(amount(-5, "CNY", "en")).toBe("-¥0.05");
  expect(amount(1234, "JPY", "en")).toBe("¥1,234");
  expect(amount(1234, "KWD", "en")).toContain("1.234");
});

test("a spreadsheet gets amounts exact, and what is typed becomes the currency's smallest unit", () => {
  expect([figure(123456, "CNY"), figure(1234, "JPY"), figure(1234, "KWD")]).toEqual(["1234.56", "1234", "1.234"]);
  expect([minor("19.99", "CNY"), minor("500", "JPY"), minor("1.5", "KWD")]).toEqual([1999, 500, 1500]);
  expect([minor("", "CNY"), minor("much", "CNY"), minor(undefined, "CNY")]).toEqual([undefined, undefined, undefined]);
});

test("a scale of time leaves out no piece between two that are known", () => {
  const days = ["2026-11-19T16:00:00Z", "2026-11-22T16:00:00Z"];
  const filled = pieces([...days].reverse(), "day");
  expect([filled.length, filled[0], filled[3]]).toEqual([4, ...days]);
  expect(filled.map((at) => short(at, "zh-CN", "Asia/Shanghai", Date.parse(days[0] ?? "")).slice(0, 5))).toEqual([
    "11/20",
    "11/21",
    "11/22",
    "11/23",
  ]);
  const summer = pieces(["2026-10-30T04:00:00Z", "2026-11-03T05:00:00Z"], "day");
  expect(summer.map((at) => short(at, "en", "America/New_York", Date.parse(days[0] ?? "")).slice(0, 5))).toEqual([
    "10/30",
    "10/31",
    "11/01",
    "11/02",
    "11/03",
  ]);
  expect(pieces(days, "month")).toEqual(days);
  expect(pieces(["2016-01-01T00:00:00Z", "2026-01-01T00:00:00Z"], "hour")).toHaveLength(2);
});

describe("times", () => {
  const at = "2026-02-17T18:05:09Z";
  test("are shown on the clock of the workspace", () => {
    expect(short(at, "zh-CN", "Asia/Shanghai", Date.parse(at))).toBe("02/18 02:05");
    expect(short(at, "zh-CN", "Asia/Shanghai", Date.parse("2027-01-01T00:00:00Z"))).toContain("2026");
    expect(whole(at, "en", "UTC")).toContain("18:05:09");
  });
  test("have a day that begins at the workspace's midnight, in summer as in winter", () => {
    expect(midnight("2026-02-18", "Asia/Shanghai")).toBe("2026-02-17T16:00:00.000Z");
    expect(midnight("2026-07-01", "America/New_York")).toBe("2026-07-01T04:00:00.000Z");
    expect(midnight("2026-03-08", "America/New_York")).toBe("2026-03-08T05:00:00.000Z");
  });
  test("last in their two largest units", () => {
    expect(span(90_061)).toEqual([
      { unit: "day", count: 1 },
      { unit: "hour", count: 1 },
    ]);
    expect(span(86_405)).toEqual([{ unit: "day", count: 1 }]);
    expect(span(0)).toEqual([{ unit: "second", count: 0 }]);
  });
});

test("an address says a list once, in one way", () => {
  expect(write({ stage: "received", channel: "", held: true })).toBe("?held=true&stage=received");
  expect(parse("?held=true&stage=a%26b")).toEqual({ held: "true", stage: "a&b" });
  expect(write({})).toBe("");
});

test("a table's cells are no formulas, and keep commas and quotes", () => {
  expect(csv([["=1+1", "-5.00", 'a"b', "c,d"]])).toBe('\uFEFF\'=1+1,-5.00,"a""b","c,d"\r\n');
});

test("verbs cover what they name", () => {
  expect(covers(["orders:*"], "orders:read")).toBe(true);
  expect(covers(["*"], "stock:write")).toBe(true);
  expect(covers(["orders:read"], "orders:write")).toBe(false);
});
