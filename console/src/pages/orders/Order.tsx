import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useFresh } from "~/client/live";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { actions } from "~/features/orders/actions";
import { Changing } from "~/features/orders/Changing";
import { Messages } from "~/features/orders/Messages";
import { Overview } from "~/features/orders/Overview";
import { type Detail, useOrder } from "~/features/orders/read";
import { useSharing } from "~/features/orders/sharing";
import { moments } from "~/features/orders/story";
import { Grade, Holds } from "~/features/orders/Tags";
import { Track } from "~/features/orders/Track";
import { Whys } from "~/features/orders/Why";
import { type Deed, Deeds } from "~/ui/detail/Deeds";
import { DetailPage } from "~/ui/detail/DetailPage";
import { Timeline } from "~/ui/detail/Timeline";
import { Doing } from "~/ui/list/Doing";
import { Stage } from "~/ui/Stage";
import "~/features/orders/orders.css";

const MENDED = new Set(["received", "confirmed", "backordered", "allocated"]);
const CLOSED = new Set(["delivered", "cancelled"]);

/** One order in one look. */
export default function OrderPage() {
  const { order_no: orderNo = "" } = useParams({ strict: false }) as { order_no?: string };
  const { t } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  const asked = useOrder(orderNo);
  const found = asked.data;
  const subject = found?.order.order_id;
  useFresh(["orders", orderNo], ["order", "shipment", "payment", "promise", "credit", "stock"], subject);
  const items = found?.timeline.items;
  // biome-ignore lint/correctness/useExhaustiveDependencies: names of warehouses only follow what `named` reads.
  const story = useMemo(() => moments(items ?? [], language, t, named), [items, language, t]);
  return (
    <DetailPage
      asked={asked}
      back="/orders"
      name={orderNo}
      marks={
        found && (
          <>
            <Stage stage={found.order.stage ?? "received"} />
            <Grade grade={found.order.grade ?? ""} />
            <Holds holds={found.order.holds ?? []} />
          </>
        )
      }
      actions={found && <Doings found={found} />}
      band={found && <Track order={found.order} stays={found.timeline.stays} />}
      tabs={
        found
          ? [
              { key: "overview", title: "orders.tab.overview", show: <Overview found={found} /> },
              { key: "why", title: "orders.tab.why", show: <Whys orderNo={orderNo} /> },
              {
                key: "messages",
                title: "orders.tab.messages",
                count: found.timeline.messages.length,
                show: <Messages messages={found.timeline.messages} />,
              },
            ]
          : []
      }
      timeline={{ title: "orders.tab.timeline", show: <Timeline moments={story} /> }}
    />
  );
}

function Doings({ found }: { found: Detail }) {
  const orderNo = found.order.order_no;
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const { stage = "received", holds = [] } = found.order;
  const offered = CLOSED.has(stage)
    ? []
    : actions({ t, holds: [] }).filter((each) => each.key !== "release" && may(each.verb));
  const [doing, setDoing] = useState<(typeof offered)[number] | null>(null);
  const deeds: Deed[] = offered.map((each) => ({
    key: each.key,
    label: t(each.one ?? each.title),
    icon: each.icon,
    danger: each.danger,
    run: () => setDoing(each),
  }));
  // What no warehouse works on yet is mended; what is on its way is told.
  const first = holds.length > 0 || MENDED.has(stage) ? "amend" : "share";
  return (
    <>
      <Deeds deeds={[...useSharing(orderNo), ...deeds]} first={first} />
      {doing?.key === "amend" && <Changing found={found} close={() => setDoing(null)} />}
      {doing && doing.key !== "amend" && (
        <Doing
          action={doing}
          rows={[{ order_no: orderNo }]}
          nameOf={(row) => row.order_no}
          close={(changed) => {
            setDoing(null);
            if (changed) client.invalidateQueries({ queryKey: ["orders", orderNo] });
          }}
        />
      )}
    </>
  );
}
