import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { Grid } from "~/features/stock/Grid";
import { Expires } from "~/features/stock/list";
import type { Level, Lot, Promisable } from "~/features/stock/read";
import { count } from "~/kit/amounts";
import { Badge } from "~/ui/Badge";
import { Code, Count, When } from "~/ui/Words";

/** What lies where, by pool. */
export function Levels({ levels }: { levels: Level[] }) {
  const { t } = useTranslation();
  const named = useNamed();
  return (
    <Grid
      label="stock.part.levels"
      empty="stock.levels.none"
      rows={levels}
      keyOf={(row) => `${row.warehouse} ${row.pool}`}
      cells={[
        { title: "stock.warehouse", show: (row) => named("warehouses", row.warehouse) },
        {
          title: "stock.pool",
          show: (row) =>
            row.pool === "spot" ? t("stock.pool.spot") : <Badge tone="way">{t(`stock.pool.${row.pool}`)}</Badge>,
        },
        { title: "stock.on_hand", right: true, show: (row) => <Count value={row.on_hand} /> },
        { title: "stock.reserved", right: true, show: (row) => <Count value={row.reserved} /> },
        {
          title: "stock.available",
          right: true,
          show: (row) => (
            <b className={row.available < row.safety ? "late" : undefined}>
              <Count value={row.available} />
            </b>
          ),
        },
        { title: "stock.safety", right: true, show: (row) => row.safety },
        { title: "stock.coming_at", show: (row) => row.expected_at && <When at={row.expected_at} /> },
      ]}
    />
  );
}

/** From when on how many may be promised. */
export function Promised({ promise }: { promise: Promisable }) {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  const most = Math.max(1, ...promise.steps.map((each) => each.available));
  return (
    <>
      <ul className="stock-steps">
        {promise.steps.map((each) => (
          <li key={`${each.at} ${each.pool}`}>
            <span>{each.at ? <When at={each.at} /> : t("stock.now")}</span>
            <span className="stock-bar" aria-hidden>
              <i style={{ width: `${(100 * each.available) / most}%` }} />
            </span>
            <b className="figure">{count(each.available, locale)}</b>
            <span className="faint">
              {each.at ? t("stock.step.more", { count: each.more, pool: t(`stock.pool.${each.pool}`) }) : ""}
            </span>
          </li>
        ))}
      </ul>
      {promise.undated > 0 && <p className="faint">{t("stock.undated", { count: promise.undated })}</p>}
      {promise.waiting > 0 && <p className="late">{t("stock.wanted", { count: promise.waiting })}</p>}
    </>
  );
}

/** Lots and bins, the first to expire first. */
export function Lots({ lots }: { lots: Lot[] }) {
  const named = useNamed();
  return (
    <Grid
      label="stock.tab.lots"
      empty="stock.lots.none"
      rows={lots}
      keyOf={(row) => `${row.warehouse} ${row.lot} ${row.bin}`}
      cells={[
        { title: "stock.warehouse", show: (row) => named("warehouses", row.warehouse) },
        { title: "stock.lot", show: (row) => row.lot && <Code>{row.lot}</Code> },
        { title: "stock.bin", show: (row) => row.bin && <Code>{row.bin}</Code> },
        { title: "stock.on_hand", right: true, show: (row) => <Count value={row.on_hand} /> },
        { title: "stock.reserved", right: true, show: (row) => <Count value={row.reserved} /> },
        { title: "stock.available", right: true, show: (row) => <Count value={row.available} /> },
        { title: "stock.expires_on", show: (row) => <Expires on={row.expires_on} /> },
        { title: "stock.manufactured_on", show: (row) => row.manufactured_on },
        { title: "stock.received_at", show: (row) => row.received_at && <When at={row.received_at} /> },
      ]}
    />
  );
}
