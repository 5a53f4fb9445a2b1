import type { TFunction } from "i18next";
import { page, type Shelf } from "~/features/stock/read";
import { Badge, type Tone } from "~/ui/Badge";
import type { Choice, Column, List } from "~/ui/list/declaration";
import { Code, Count, When } from "~/ui/Words";

const NEEDS = ["waiting", "low", "expiring"] as const;
const TONES: Record<string, Tone> = { waiting: "bad", low: "warn" };
const NEAR_DAYS = 60;
const DAY_MS = 86_400_000;

/** A day on which a lot expires: red when it has, amber when it soon will. */
export function Expires({ on }: { on: string | null | undefined }) {
  if (!on) return null;
  const days = (Date.parse(on) - Date.now()) / DAY_MS;
  if (days > NEAR_DAYS) return <span className="figure">{on}</span>;
  return <Badge tone={days < 0 ? "bad" : "warn"}>{on}</Badge>;
}

type Figure = "on_hand" | "reserved" | "available" | "safety" | "waiting" | "coming";

function figure(key: Figure, width: number): Column<Shelf> {
  return {
    key,
    title: `stock.${key}`,
    width,
    align: "right",
    show: (row) => (
      <span className={row[key] ? undefined : "faint"}>
        <Count value={row[key]} />
      </span>
    ),
    text: (row) => String(row[key]),
  };
}

/** How many may still be promised; on a phone's card it says so. */
function Available({ row, t }: { row: Shelf; t: TFunction }) {
  return (
    <span className="figure">
      <span className="stock-word faint">{t("stock.available")} </span>
      <b>
        <Count value={row.available} />
      </b>
      <span className="stock-word faint">
        {" "}
        / <Count value={row.on_hand} />
      </span>
    </span>
  );
}

/** Stock by SKU and warehouse, what is short first. */
export function declare(t: TFunction, warehouses: Choice[], named: (code: string) => string): List<Shelf> {
  return {
    word: "stock",
    title: "stock.title",
    empty: "stock.empty",
    keyOf: (row) => `${row.sku} ${row.warehouse}`,
    open: (row) => `/stock/${encodeURIComponent(row.sku)}`,
    read: page,
    topics: ["stock", "order", "shipment"],
    columns: [
      {
        key: "sku",
        title: "stock.sku",
        width: 130,
        phone: "head",
        show: (row) => <Code>{row.sku}</Code>,
        text: (row) => row.sku,
      },
      { key: "name", title: "stock.name", width: 220, phone: "line", show: (row) => row.name, text: (row) => row.name },
      {
        key: "warehouse",
        title: "stock.warehouse",
        width: 110,
        phone: "line",
        show: (row) => (row.warehouse ? named(row.warehouse) : <span className="faint">{t("stock.nowhere")}</span>),
        text: (row) => row.warehouse,
      },
      {
        key: "need",
        title: "stock.need",
        width: 126,
        phone: "end",
        show: (row) => row.need && <Badge tone={TONES[row.need]}>{t(`stock.need.${row.need}`)}</Badge>,
        text: (row) => row.need,
      },
      { ...figure("available", 80), phone: "line", show: (row) => <Available row={row} t={t} /> },
      figure("on_hand", 80),
      figure("reserved", 80),
      figure("waiting", 80),
      figure("coming", 80),
      {
        key: "coming_at",
        title: "stock.coming_at",
        width: 100,
        show: (row) => row.coming > 0 && <When at={row.coming_at} />,
      },
      figure("safety", 70),
      {
        key: "expires_on",
        title: "stock.expires_on",
        width: 110,
        phone: "line",
        show: (row) => <Expires on={row.expires_on} />,
        text: (row) => row.expires_on ?? "",
      },
    ],
    filters: [
      { key: "text", title: "stock.find", kind: "text" },
      { key: "warehouse", title: "stock.warehouse", kind: "choice", choices: warehouses },
      {
        key: "need",
        title: "stock.need",
        kind: "choice",
        choices: NEEDS.map((value) => ({ value, label: t(`stock.need.${value}`) })),
      },
    ],
    views: [
      { key: "all", title: "stock.view.all", search: {} },
      ...NEEDS.map((need) => ({ key: need, title: `stock.view.${need}`, search: { need } })),
    ],
  };
}
