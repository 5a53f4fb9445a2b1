import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { HoldCards } from "~/features/orders/HoldCards";
import { Lines } from "~/features/orders/Lines";
import { Parcels } from "~/features/orders/Parcels";
import type { Detail } from "~/features/orders/read";
import { WhyOf } from "~/features/orders/Why";
import { Badge } from "~/ui/Badge";
import { Facts, Part } from "~/ui/detail/DetailPage";
import { Own } from "~/ui/detail/Own";
import { Code, Money, Named, When } from "~/ui/Words";

/** The order in one look: why it waits, what it is made of, the money, the people, the parcels. */
export function Overview({ found }: { found: Detail }) {
  const { order } = found;
  return (
    <>
      <HoldCards order={order} />
      <Part title="orders.part.lines" end={<WhyOf orderNo={order.order_no} points={["source"]} />}>
        <Lines order={order} />
      </Part>
      <div className="parts">
        <Amounts found={found} />
        <People found={found} />
        <Particulars found={found} />
      </div>
      <Parcels found={found} />
    </>
  );
}

function Amounts({ found: { order } }: { found: Detail }) {
  const { t } = useTranslation();
  const named = useNamed();
  const money = (minor: number | undefined) => (minor ? <Money minor={minor} currency={order.currency} /> : null);
  const open = (order.total_minor ?? 0) - (order.paid_minor ?? 0);
  return (
    <Part title="orders.part.money" end={<WhyOf orderNo={order.order_no} points={["price", "freight", "credit"]} />}>
      <Facts
        facts={[
          ["orders.money.goods", money(order.goods_minor)],
          ["orders.money.discount", money(-(order.discount_minor ?? 0))],
          ["orders.money.freight", money(order.freight_minor)],
          ["orders.money.tax", money(order.tax_minor)],
          ["orders.money.adjustment", money(order.adjustment_minor)],
          ["orders.money.total", <b key="total">{money(order.total_minor)}</b>],
          ["orders.money.paid", money(order.paid_minor)],
          [
            "orders.money.open",
            open > 0 ? (
              <Badge key="open" tone="warn">
                {money(open)}
              </Badge>
            ) : null,
          ],
          ["orders.money.credit", money((order.credit_reserved_minor ?? 0) + (order.credit_used_minor ?? 0))],
          ["orders.money.method", order.payment_method && named("payments", order.payment_method)],
          ["orders.money.invoice", order.invoice?.title],
        ]}
      />
      {(order.payments ?? []).map((each) => (
        <p key={each.payment_no} className="faint">
          {t("orders.money.payment", { no: each.payment_no, method: named("payments", each.method ?? "") })}{" "}
          <When at={each.paid_at} />
        </p>
      ))}
    </Part>
  );
}

function People({ found }: { found: Detail }) {
  const { order, buyer, consignee } = found;
  const may = useMay();
  const party = order.consignee ?? {};
  const place = [party.province, party.city, party.district, party.town].filter(Boolean).join(" ");
  const differs = buyer.name && (buyer.name !== consignee.name || buyer.phone !== consignee.phone);
  return (
    <Part title="orders.part.people">
      <Facts
        facts={[
          ["orders.people.consignee", [consignee.name, consignee.phone].filter(Boolean).join(" ")],
          ["orders.people.place", place],
          ["orders.people.street", consignee.street || consignee.address],
          ["orders.people.buyer", differs && [buyer.name, buyer.phone].filter(Boolean).join(" ")],
          [
            "orders.column.customer",
            order.customer_no &&
              (may("customers:read") ? (
                <Link key="customer" to={`/customers/${encodeURIComponent(order.customer_no)}`}>
                  <Named name={found.customer_name} code={order.customer_no} />
                </Link>
              ) : (
                order.customer_no
              )),
          ],
          ["orders.people.note", order.notes?.buyer],
          ["orders.people.seller_note", order.notes?.seller],
        ]}
      />
    </Part>
  );
}

function Particulars({ found: { order } }: { found: Detail }) {
  const named = useNamed();
  return (
    <Part
      title="orders.part.particulars"
      end={<WhyOf orderNo={order.order_no} points={["grade", "promise", "complete"]} />}
    >
      <Facts
        facts={[
          ["orders.column.channel", named("channels", order.channel)],
          ["orders.column.external_no", <Code key="no">{order.external_no}</Code>],
          ["orders.column.placed_at", <When key="at" at={order.placed_at} />],
          ["orders.column.promised_at", order.promise && <When key="promised" at={order.promise.promised_at} />],
          ["orders.particulars.requested", order.requested_at && <When key="wanted" at={order.requested_at} />],
          ["orders.particulars.ship_by", order.ship_by && <When key="by" at={order.ship_by} />],
          ["orders.particulars.owner", order.owner && named("roles", order.owner)],
          ["orders.particulars.packing", order.packing_request],
          ["orders.particulars.carrier", order.carrier_requested],
          ["orders.particulars.tags", (order.tags ?? []).join(" ")],
        ]}
      />
      <Own subject="order" values={order.custom} />
    </Part>
  );
}
