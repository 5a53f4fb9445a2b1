import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { type ComponentProps, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, once, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import type { Detail } from "~/features/orders/read";
import { WhyOf } from "~/features/orders/Why";
import { Part } from "~/ui/detail/DetailPage";
import { Reverting, revertible } from "~/ui/Reverting";
import { Stage } from "~/ui/Stage";
import { useSaid } from "~/ui/Trouble";
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
          {stage === "allocated" && !each.released_at && may("shipments:write") && (
            <Releasing shipmentNo={shipment_no} orderNo={order.order_no} />
          )}
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

/** Hand a parcel to its warehouse, after which it can be picked. */
function Releasing({ shipmentNo, orderNo }: { shipmentNo: string; orderNo: string }) {
  const { t } = useTranslation();
  const said = useSaid();
  const client = useQueryClient();
  const { language } = useLanguage();
  const release = useMutation({
    mutationFn: async () => {
      const body = { shipment_nos: [shipmentNo] };
      const { outcomes } = await told(api.POST("/api/v1/shipments/release", { body, headers: once() }));
      return outcomes[0]?.refused ?? null;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["orders", orderNo] }),
  });
  const no = release.error ? said(release.error) : release.data?.[language];
  return (
    <>
      <Button size="small" loading={release.isPending} onClick={() => release.mutate()}>
        {t("orders.parcel.release")}
      </Button>
      {no && <Alert type="error" role="alert" showIcon title={no} />}
    </>
  );
}
