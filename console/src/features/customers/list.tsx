import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { type Customer, page } from "~/features/customers/read";
import { Badge, type Tone } from "~/ui/Badge";
import type { Column, List } from "~/ui/list/declaration";
import { Code } from "~/ui/Words";

const RISKS: Record<string, Tone> = { high: "bad", medium: "warn", watch: "warn", low: "good" };

/** How risky a customer is, in words where it is one of the usual three. */
export function Risk({ risk, t }: { risk: string; t: TFunction }) {
  if (!risk) return null;
  return <Badge tone={RISKS[risk]}>{risk in RISKS ? t(`customers.risk.${risk}`) : risk}</Badge>;
}

function plain(key: keyof Customer, width: number, phone?: "line"): Column<Customer> {
  const text = (row: Customer) => String(row[key] ?? "");
  return { key, title: `customers.column.${key}`, width, phone, show: text, text };
}

/** The customers. */
export function declare(
  t: TFunction,
  named: (kind: "segments" | "payments", code: string) => string,
  extra: ReactNode,
): List<Customer> {
  return {
    extra,
    word: "customers",
    title: "customers.title",
    empty: "customers.empty",
    keyOf: (row) => row.customer_no,
    open: (row) => `/customers/${encodeURIComponent(row.customer_no)}`,
    read: page,
    topics: ["customer"],
    columns: [
      {
        ...plain("customer_no", 150),
        phone: "end",
        show: (row) => <Code>{row.customer_no}</Code>,
      },
      { ...plain("name", 260), phone: "head" },
      { ...plain("level", 72), phone: "line", show: (row) => row.level && <Badge tone="gold">{row.level}</Badge> },
      {
        ...plain("segment", 110, "line"),
        show: (row) => row.segment && named("segments", row.segment),
        text: (row) => named("segments", row.segment ?? ""),
      },
      { ...plain("risk", 80), phone: "line", show: (row) => <Risk risk={row.risk ?? ""} t={t} /> },
      plain("account", 150),
      plain("owner", 120),
      {
        ...plain("payment_method", 120),
        show: (row) => row.payment_method && named("payments", row.payment_method),
        text: (row) => named("payments", row.payment_method ?? ""),
      },
    ],
    filters: [{ key: "text", title: "customers.find", kind: "text" }],
  };
}
