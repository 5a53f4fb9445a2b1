import { CheckOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed, useNames } from "~/client/names";
import type { Detail } from "~/features/orders/read";
import { Span, When } from "~/ui/Words";

type Stay = Detail["timeline"]["stays"][number];

/** The way of an order through its stages: when it came to each, and how long it stayed. */
export function Track({ order, stays }: { order: Detail["order"]; stays: Stay[] }) {
  const { t } = useTranslation();
  const names = useNames();
  const named = useNamed();
  const { language } = useLanguage();
  const here = stays.at(-1)?.stage ?? order.stage ?? "received";
  const passed = new Map(stays.map((each) => [each.stage, each]));
  // What lies beside the way is shown where it was walked.
  const beside = (stage: string) => ["backordered", "cancelled"].includes(stage) || !names.track.includes(stage);
  const way = names.track.filter((stage) => !beside(stage) || passed.has(stage));
  for (const each of stays) if (!way.includes(each.stage)) way.push(each.stage);
  const at = way.indexOf(here);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a phone.
    <ol className="track" ref={toHere} aria-label={t("orders.track")} tabIndex={0}>
      {way.map((stage, index) => {
        // What was taken back lies ahead again.
        const stay = index <= at || beside(stage) ? passed.get(stage) : undefined;
        const state = stage === here ? "here" : stay ? "passed" : index < at ? "skipped" : "ahead";
        const seconds = stay && (stay.seconds ?? (state === "here" ? since(stay.since) : null));
        return (
          <li key={stage} className={`${state} ${stage}`} aria-current={state === "here" ? "step" : undefined}>
            <b>
              {(state === "passed" || stage === "delivered") && stay && <CheckOutlined aria-hidden />}
              {stay ? stay[language] : named("stages", stage)}
            </b>
            {stay ? <When at={stay.since} /> : <span className="faint">—</span>}
            <span className="faint">
              {seconds !== null && seconds !== undefined && !ended(stage) && <Span seconds={seconds} />}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** Where the way is longer than the screen, it shows where the order is. */
function toHere(track: HTMLOListElement | null) {
  const here = track?.querySelector<HTMLElement>(".here");
  if (track && here) track.scrollLeft = here.offsetLeft - (track.clientWidth - here.clientWidth) / 2;
}

function since(at: string): number {
  return Math.max(0, (Date.now() - Date.parse(at)) / 1000);
}

function ended(stage: string): boolean {
  return stage === "delivered" || stage === "cancelled";
}
