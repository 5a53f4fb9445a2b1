import { Alert, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { Away } from "~/client/problems";
import type { Body } from "~/features/sales/kept";
import { usePreview } from "~/features/sales/lookup";
import { Badge } from "~/ui/Badge";
import { Facts } from "~/ui/detail/DetailPage";
import { useSaid } from "~/ui/Trouble";
import { Money, When } from "~/ui/Words";

/** What the order comes to as it is typed: price, discounts, freight, from where, until when; or why it would not go. */
export function Sum({ body }: { body: Body | null }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  const said = useSaid();
  const asked = usePreview(body);
  if (!body) return <p className="faint">{t("sales.sum.begin")}</p>;
  if (asked.error instanceof Away) return <Alert type="info" showIcon title={t("sales.sum.offline")} />;
  if (asked.error) return <Alert type="warning" showIcon role="alert" title={said(asked.error)} />;
  if (!asked.data) return <Spin size="small" />;
  const { order } = asked.data;
  const money = (minor: number | undefined) => (minor ? <Money minor={minor} currency={order.currency} /> : null);
  const off = (order.discounts ?? []).reduce((sum, each) => sum + each.minor, 0);
  const houses = [...new Set((order.shipments ?? []).map((each) => named("warehouses", each.warehouse)))];
  return (
    <div aria-live="polite" aria-busy={asked.isFetching}>
      <p className="desk-total">
        <Money minor={order.total_minor ?? 0} currency={order.currency} />
      </p>
      <Facts
        facts={[
          ["sales.sum.goods", money(order.goods_minor)],
          ["sales.sum.off", off ? money(-off) : null],
          ["sales.sum.freight", money(order.freight_minor)],
          ["sales.sum.promised", order.promise && <When key="promised" at={order.promise.promised_at} />],
          ["sales.sum.from", houses.join(" ")],
        ]}
      />
      {(order.lines ?? [])
        .filter((each) => each.gift)
        .map((each) => (
          <Badge key={each.line_no} tone="gold">
            {t("sales.sum.gift", { sku: each.sku, count: each.quantity })}
          </Badge>
        ))}
      {(order.holds ?? []).map((each) => (
        <Alert key={each.code} type="warning" showIcon title={each.reason[language] || each.code} />
      ))}
    </div>
  );
}
