import { Link } from "@tanstack/react-router";
import { Button, Empty } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import type { Entry } from "~/features/sales/kept";
import type { useQueue } from "~/features/sales/queue";
import { Badge, type Tone } from "~/ui/Badge";
import { When } from "~/ui/Words";

const TONES: Record<Entry["state"], Tone> = { waiting: "warn", done: "good", refused: "bad", asked: "way" };

type Props = { queue: ReturnType<typeof useQueue>; edit: (entry: Entry) => void };

/** What became of all of them in a word: some wait, some were refused, or the hub has every one. */
export function Became({ queue }: { queue: ReturnType<typeof useQueue> }) {
  const { t } = useTranslation();
  const refused = queue.entries.filter((each) => each.state === "refused").length;
  if (queue.entries.length === 0) return null;
  return (
    <span role="status" className="entered-became">
      {queue.waiting > 0 && <Badge tone="warn">{t("sales.waiting", { count: queue.waiting })}</Badge>}
      {refused > 0 && <Badge tone="bad">{t("sales.refused", { count: refused })}</Badge>}
      {queue.waiting + refused === 0 && <Badge tone="good">{t("sales.sent")}</Badge>}
    </span>
  );
}

/** The orders entered on this device: sent, waiting for the network, or refused and why. */
export function Entered({ queue, edit }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  if (queue.entries.length === 0) return <Empty description={t("sales.entered.none")} />;
  return (
    <ul className="entered">
      {queue.entries.map((each) => (
        <li key={each.external_no}>
          <span className="entered-head">
            <Badge tone={TONES[each.state]}>{t(`sales.state.${each.state}`)}</Badge>
            {each.order_no ? (
              <Link to={`/orders/${encodeURIComponent(each.order_no)}`}>{each.order_no}</Link>
            ) : (
              each.customer
            )}
            <span className="grow" />
            <When at={each.at} />
          </span>
          <span className="faint">
            {each.order_no && each.customer}{" "}
            {each.body.lines.map((line) => `${line.sku} × ${line.quantity}`).join("，")}
          </span>
          {each.said && each.state === "refused" && <span className="late">{each.said[language]}</span>}
          {each.state === "asked" && <span className="faint">{t("sales.asked.waits")}</span>}
          {each.state === "refused" && (
            <span className="entered-head">
              {each.said?.code.startsWith("credit.") && each.account && may("approvals:ask") && (
                <Button size="small" type="primary" onClick={() => queue.ask(each)}>
                  {t("sales.ask_credit")}
                </Button>
              )}
              {each.draft && (
                <Button size="small" onClick={() => edit(each)}>
                  {t("sales.edit")}
                </Button>
              )}
              <Button size="small" type="text" danger onClick={() => queue.drop(each.external_no)}>
                {t("sales.discard")}
              </Button>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
