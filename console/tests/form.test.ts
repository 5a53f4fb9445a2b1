import { expect, test } from "vitest";
import { hiddenBy, holds } from "~/ui/form/conditions";
import type { FormShown } from "~/ui/form/definition";

const look = (values: Record<string, unknown>) => (path: string) => values[path];

test("plain conditions are decided here", () => {
  const at = look({ payment: "credit", amount: 60, tags: null });
  expect(holds("payment == 'credit' and amount >= 50", at)).toBe(true);
  expect(holds('payment in ["cash", "card"] or not (amount < 10)', at)).toBe(true);
  expect(holds("payment not in ['credit']", at)).toBe(false);
  expect(holds("tags == null", at)).toBe(true);
});

test("what is missing makes a comparison false, never an error", () => {
  expect(holds("weight > 10", look({}))).toBe(false);
  expect(holds("weight < 'a'", look({ weight: 3 }))).toBe(false);
});

test("what only the server can tell is left to it", () => {
  for (const text of ["order.total > 599", "len(lines) > 2", "amount >", "a ? b : c", "amount == 1 1"])
    expect(holds(text, look({ amount: 1 })), text).toBeUndefined();
});

test("fields are hidden by their conditions, own ones also by their short names", () => {
  const field = (name: string, visible_when = "") => ({ name, type: "text" as const, visible_when });
  const form = {
    form: "x",
    subject: "order",
    zh: "",
    en: "",
    checks: [],
    sections: [
      {
        zh: "",
        en: "",
        fields: [
          field("custom.kind"),
          field("a", "kind == 'big'"),
          field("b", "order.custom.kind == 'small'"),
          field("c", "consignee.address.province == '江苏省'"),
          field("d", "order.total > 5"),
        ],
      },
    ],
  } satisfies FormShown;
  const values = { "custom.kind": "big", "consignee.address": { province: "江苏省" } };
  expect(hiddenBy(form, values)).toEqual(["b"]);
  expect(hiddenBy(form, {})).toEqual(["a", "b", "c"]);
});
