import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { type Order, useSkuNames } from "~/features/orders/read";
import { digits } from "~/kit/amounts";
import { Badge } from "~/ui/Badge";
import { Code, Money } from "~/ui/Words";

type Line = NonNullable<Order["lines"]>[number];
type From = { key: string; warehouse: string; pool: string; quantity: number; lot: string };

/** A price of one, which may have more digits than an amount has, and never fewer. */
function priced(price: string | number | null | undefined, currency: string | undefined, locale: string): string {
  if (price === null || price === undefined || price === "") return "";
  const behind = String(price).split(".")[1]?.length ?? 0;
  const places = Math.max(behind, digits(currency || "CNY"));
  const format = { minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat(locale, format).format(Number(price));
}

/** Where the units of a line come from: lots once the warehouse chose them, else what was reserved or planned. */
function sources(order: Order, line: Line): From[] {
  const live = (order.shipments ?? []).filter((each) => each.stage !== "cancelled");
  const told: From[] = live.flatMap((shipment) => {
    const { shipment_no, warehouse, pool = "spot" } = shipment;
    const picks = (shipment.picks ?? []).filter((each) => each.line_no === line.line_no);
    if (picks.length > 0)
      return picks.map((each) => ({
        key: `${shipment_no} ${each.lot} ${each.bin}`,
        warehouse,
        pool,
        quantity: each.quantity,
        lot: [each.lot, each.bin].filter(Boolean).join(" / "),
      }));
    return shipment.lines
      .filter((each) => each.order_no === order.order_no && each.line_no === line.line_no)
      .map((each) => ({ key: shipment_no, warehouse, pool, quantity: each.quantity, lot: "" }));
  });
  if (told.length > 0) return told;
  return (order.reservations ?? [])
    .filter((each) => each.line_no === line.line_no)
    .map(({ warehouse, pool = "spot", quantity }) => ({ key: warehouse + pool, warehouse, pool, quantity, lot: "" }));
}

/** The lines of an order: what, how many, for how much, from where. */
export function Lines({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  const named = useNamed();
  const lines = order.lines ?? [];
  const called = useSkuNames(lines.map((each) => each.sku));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls sideways on a phone.
    <section className="lines" tabIndex={0} aria-label={t("orders.part.lines")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("orders.line.sku")}</th>
            <th scope="col" className="right">
              {t("orders.line.quantity")}
            </th>
            <th scope="col" className="right">
              {t("orders.line.price")}
            </th>
            <th scope="col" className="right">
              {t("orders.line.discount")}
            </th>
            <th scope="col" className="right">
              {t("orders.line.amount")}
            </th>
            <th scope="col">{t("orders.line.from")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const short = order.backordered?.[line.line_no];
            const from = sources(order, line);
            return (
              <tr key={line.line_no}>
                <td>
                  <Code>{line.sku}</Code> <span className="faint">{line.name || called[line.sku]}</span>{" "}
                  {line.gift && <Badge tone="gold">{t("orders.line.gift")}</Badge>}
                </td>
                <td className="right figure">
                  {line.quantity} {line.unit}
                </td>
                <td className="right figure">{priced(line.price, order.currency, locale)}</td>
                <td className="right">
                  {line.discount_minor ? <Money minor={-line.discount_minor} currency={order.currency} /> : null}
                </td>
                <td className="right">
                  <Money minor={(line.amount_minor ?? 0) - (line.discount_minor ?? 0)} currency={order.currency} />
                </td>
                <td>
                  {from.map((each) => (
                    <div key={each.key}>
                      {`${named("warehouses", each.warehouse)} ×\u00a0${each.quantity} `}
                      {each.pool !== "spot" && <Badge tone="warn">{t(`orders.pool.${each.pool}`)}</Badge>}
                      <span className="faint">{each.lot}</span>
                    </div>
                  ))}
                  {short ? <Badge tone="warn">{t("orders.line.short", { count: short })}</Badge> : null}
                  {from.length === 0 && !short && <span className="faint">{t("orders.line.nowhere")}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
