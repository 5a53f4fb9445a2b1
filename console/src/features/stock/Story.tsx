import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { type Cell, Grid } from "~/features/stock/Grid";
import type { Holding, Movement } from "~/features/stock/read";
import { Badge } from "~/ui/Badge";
import { Code, When } from "~/ui/Words";

/** An order's number, as a link for who may see orders. */
function Order({ number }: { number: string }) {
  const may = useMay();
  if (!may("orders:read")) return <Code>{number}</Code>;
  return (
    <Link to={`/orders/${encodeURIComponent(number)}`}>
      <Code>{number}</Code>
    </Link>
  );
}

/** Orders that hold units, or wait for some. */
export function Holders({ rows, waiting = false }: { rows: Holding[]; waiting?: boolean }) {
  const { t } = useTranslation();
  const named = useNamed();
  const where: Cell<Holding> = {
    title: "stock.warehouse",
    show: (row) => (
      <>
        {named("warehouses", row.warehouse)}{" "}
        {row.pool !== "spot" && <Badge tone="way">{t(`stock.pool.${row.pool}`)}</Badge>}
      </>
    ),
  };
  return (
    <Grid
      label={waiting ? "stock.part.waiting" : "stock.part.holding"}
      empty={waiting ? "stock.waiting.none" : "stock.holding.none"}
      rows={rows}
      keyOf={(row) => `${row.order_no} ${row.line_no} ${row.warehouse} ${row.pool}`}
      cells={[
        { title: "stock.order", show: (row) => <Order number={row.order_no} /> },
        { title: "stock.quantity", right: true, show: (row) => row.quantity },
        ...(waiting ? [] : [where]),
        {
          title: "stock.stage",
          show: (row) => (
            <>
              <Badge>{named("stages", row.stage)}</Badge> {row.held && <Badge tone="warn">{t("stock.held")}</Badge>}
            </>
          ),
        },
        { title: "stock.channel", show: (row) => named("channels", row.channel) },
        { title: "stock.placed_at", show: (row) => <When at={row.placed_at} /> },
        { title: "stock.promised_at", show: (row) => <When at={row.promised_at} /> },
      ]}
    />
  );
}

/** What moved, the newest first: how many, by whom, why, and for which order. */
export function Movements({ rows }: { rows: Movement[] }) {
  const { t } = useTranslation();
  const named = useNamed();
  return (
    <Grid
      label="stock.tab.movements"
      empty="stock.movements.none"
      rows={rows}
      keyOf={(row) => `${row.subject} ${row.n} ${row.warehouse} ${row.pool} ${row.lot} ${row.bin} ${row.quantity}`}
      cells={[
        { title: "stock.at", show: (row) => <When at={row.at} /> },
        {
          title: "stock.quantity",
          right: true,
          show: (row) => (
            <b className={row.quantity < 0 ? "late" : "stock-in"}>
              {row.quantity > 0 ? `+${row.quantity}` : row.quantity}
            </b>
          ),
        },
        { title: "stock.kind", show: (row) => t(`stock.kind.${row.kind}`) },
        { title: "stock.warehouse", show: (row) => named("warehouses", row.warehouse) },
        { title: "stock.lot", show: (row) => [row.lot, row.bin].filter(Boolean).join(" / ") },
        { title: "stock.who", show: (row) => row.actor },
        {
          title: "stock.why",
          show: (row) => (row.order_no ? <Order number={row.order_no} /> : row.reason),
        },
      ]}
    />
  );
}
