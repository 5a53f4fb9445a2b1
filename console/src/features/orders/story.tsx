import type { TFunction } from "i18next";
import type { Detail } from "~/features/orders/read";
import type { Language } from "~/kit/texts";
import type { Moment } from "~/ui/detail/Timeline";
import { Evidence } from "~/ui/Evidence";

type Item = Detail["timeline"]["items"][number];
type Named = (of: "warehouses" | "stages", code: string) => string;
type Told = {
  reason?: string | { zh?: string; en?: string };
  shipment_no?: string;
  stage?: string;
  operator?: string;
  confirmation?: { evidence?: string[] };
};

const GOOD = new Set(["shipment.delivered", "order.confirmed", "payment.received"]);
const WARN = new Set(["order.held", "order.backordered", "promise.endangered", "credit.refused", "shipment.reverted"]);
const BAD = new Set(["order.cancelled", "promise.broken", "shipment.cancelled"]);

/** Flows take many small steps: those that follow one another are one moment, unfolded on demand. */
function together(all: Moment[], items: Item[]): Moment[] {
  const told: Moment[] = [];
  let run: Moment[] = [];
  const close = () => {
    const last = run.at(-1);
    if (last && run.length > 1) {
      const steps = run.map((each) => <div key={each.key}>{[each.title, each.who].join(" · ")}</div>);
      told.push({ ...last, title: `${last.title} × ${run.length}`, more: steps });
    } else told.push(...run);
    run = [];
  };
  all.forEach((each, index) => {
    if (items[index]?.type.startsWith("flow.")) run.push(each);
    else {
      close();
      told.push(each);
    }
  });
  close();
  return told;
}

/** Events as moments: in words, by whom, and behind each its why and what it moved. */
export function moments(items: Item[], language: Language, t: TFunction, named: Named): Moment[] {
  const all = items.map((each): Moment => {
    const why = each.why.map((one) => one[language]).filter(Boolean);
    const moved = each.moved.map((one) =>
      t("orders.moved", {
        what: t(`orders.moved.${one.what}`),
        sku: one.sku,
        count: one.quantity,
        place: named("warehouses", one.warehouse),
      }),
    );
    const data = each.data as Told;
    const taken =
      each.type === "shipment.reverted" &&
      t("orders.reverted", { stage: named("stages", data.stage ?? ""), operator: data.operator });
    const evidence = data.confirmation?.evidence ?? [];
    const reason = typeof data.reason === "string" ? data.reason : data.reason?.[language];
    const hold = (each.data as { hold?: { reason?: { zh?: string; en?: string } } }).hold?.reason?.[language];
    const told = [taken, hold, reason, ...why, ...moved].filter((one): one is string => Boolean(one));
    return {
      key: each.n,
      at: each.at,
      title: each[language],
      who: each.actor,
      tone: GOOD.has(each.type) ? "good" : WARN.has(each.type) ? "warn" : BAD.has(each.type) ? "bad" : undefined,
      short: data.shipment_no?.slice(-6),
      more: told.length > 0 ? told.map((one) => <div key={one}>{one}</div>) : undefined,
      shown: evidence.length > 0 && <Evidence kept={evidence} />,
    };
  });
  return together(all, items);
}
