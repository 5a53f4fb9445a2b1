import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type ComponentProps, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import type { Detail } from "~/features/orders/read";
import { Stage } from "~/features/orders/Tags";
import { WhyOf } from "~/features/orders/Why";
import { Part } from "~/ui/detail/DetailPage";
import { Reverting, revertible } from "~/ui/Reverting";
import { When } from "~/ui/Words";

type Confirmed = ComponentProps<typeof Reverting>["confirmed"];

/** The parcels of an order, who confirmed which stage of each and when; the last can be taken back. */
export function Parcels({ found: { order } }: { found: Detail }) {
  const { t } = useTranslation();
  const named = useNamed();
  const may = useMay();
  const client = useQueryClient();
  const [reverting, setReverting] = useState<Confirmed | null>(null);
  const shipments = order.shipments ?? [];
  return (
    <Part title="orders.part.shipments" end={<WhyOf orderNo={order.order_no} points={["carrier"]} />}>
      {shipments.length === 0 && <p className="faint">{t("orders.shipments.none")}</p>}
      {shipments.map(({ shipment_no, stage = "allocated", ...each }) => (
        <div key={shipment_no} className="shipment">
          <b className="code">{shipment_no}</b>
          <Stage stage={stage} />
          <span>{named("warehouses", each.warehouse)}</span>
          <span>
            {[named("carriers", each.carrier ?? ""), named("services", each.service ?? "")].filter(Boolean).join(" ")}
          </span>
          {(each.confirmations ?? []).map((one) => (
            <span key={one.stage} className="faint">
              {named("stages", one.stage)} <When at={one.at} /> {one.operator}
            </span>
          ))}
          {revertible(stage) && may("shipments:write") && (
            <Button size="small" onClick={() => setReverting({ shipment_no, stage })}>
              {t("revert.short")}
            </Button>
          )}
        </div>
      ))}
      {reverting && (
        <Reverting
          confirmed={reverting}
          close={() => setReverting(null)}
          done={() => client.invalidateQueries({ queryKey: ["orders", order.order_no] })}
        />
      )}
    </Part>
  );
}
