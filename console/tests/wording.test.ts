import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { called, type Speech, worded } from "~/ui/rules/wording";

type Pair = { zh: string; en: string };
const TEXTS = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "src", "kit", "texts", "studio.json"), "utf8"),
) as Record<string, Pair>;
const PATHS: Record<string, Pair> = {
  "order.stage": { zh: "阶段", en: "Stage" },
  "order.total": { zh: "应付金额", en: "Total" },
  "order.holds": { zh: "挂起", en: "Holds" },
  "order.custom.touched": { zh: "动过", en: "Touched" },
  "order.urgent_mark": { zh: "标急", en: "Marked urgent" },
  "lines[]": { zh: "订单行", en: "Lines" },
  "lines[].quantity": { zh: "数量", en: "Quantity" },
};
const VALUES: Record<string, Pair> = {
  received: { zh: "已收单", en: "Received" },
  packed: { zh: "已打包", en: "Packed" },
  "hold.short_stock": { zh: "缺货", en: "Short of stock" },
  true: { zh: "是", en: "Yes" },
  false: { zh: "否", en: "No" },
};

const speech = (language: "zh" | "en"): Speech => ({
  t: (key, filled = {}) =>
    (TEXTS[key.replace(/^studio\./, "")]?.[language] ?? key).replace(/\{\{(\w+)\}\}/g, (_, name) => filled[name] ?? ""),
  path: (path) => PATHS[path]?.[language],
  value: (_, value) => VALUES[String(value)]?.[language] ?? String(value),
});
const zh = (text: string) => worded(text, speech("zh"));
const en = (text: string) => worded(text, speech("en"));

test("comparisons are said by the names of fields and of their values", () => {
  expect(zh('order.stage in ["received", "packed"]')).toBe("阶段是已收单、已打包之一");
  expect(en('order.stage not in ["received", "packed"]')).toBe("Stage is none of Received, Packed");
  expect(en('order.stage == "packed" and order.total >= 50000')).toBe("Stage is Packed, and Total ≥ 50000");
  expect(zh("50 < order.total")).toBe("应付金额 > 50");
  expect(zh("order.custom.touched == null")).toBe("动过没填");
  expect(en("order.custom.touched != null")).toBe("Touched is filled");
});

test("what is asked of a list is said of the list", () => {
  expect(zh('"hold.short_stock" in order.holds')).toBe("挂起里有缺货");
  expect(en('"hold.short_stock" not in order.holds')).toBe("Holds do not include Short of stock");
  expect(zh('contains(order.holds, "hold.short_stock")')).toBe("挂起里有缺货");
  expect(called("sum(map(lines, #.quantity)) - 2", speech("zh"))).toBe("订单行的数量合计 − 2");
  expect(zh("some(lines, #.quantity > 5)")).toBe("订单行中有一个：数量 > 5");
  expect(en("(order.total ?? 0) < sum(map(lines, #.quantity))")).toBe(
    "Total (0 if empty) < sum of Quantity over Lines",
  );
});

test("and, or and not keep apart what they join", () => {
  expect(zh('order.urgent_mark or order.stage == "packed"')).toBe("标急：是，或阶段是已打包");
  expect(en("(order.urgent_mark or order.total > 5) and not (order.total == 7)")).toBe(
    "(Marked urgent: Yes, or Total > 5), and not “Total is 7”",
  );
  expect(zh("order.urgent_mark != true")).toBe("标急：否或没填");
  expect(zh("order.urgent_mark == false")).toBe("标急：否");
});

test("what has no name keeps its own, and what words do not reach is left as it stands", () => {
  expect(en("event.colour == 'red'")).toBe("event.colour is red");
  for (const text of ["order.total >", "a ? b : c", "order.total in [1..5]", "date('now') > 5", "1 + ", "a ?? b == c"])
    expect(en(text)).toBeUndefined();
});
