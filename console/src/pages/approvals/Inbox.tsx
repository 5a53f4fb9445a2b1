import { Link } from "@tanstack/react-router";
import { Alert, Empty, Segmented, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";
import { useMay, useSession } from "~/client/session";
import { ApprovalCard } from "~/features/approvals/ApprovalCard";
import { type Decided, useApprovals, useHeld } from "~/features/approvals/read";
import { HoldCards } from "~/features/orders/HoldCards";
import { useNarrowed } from "~/ui/list/useList";
import { Stage } from "~/ui/Stage";
import { Trouble } from "~/ui/Trouble";
import { Code, Money, When } from "~/ui/Words";
import "~/features/approvals/approvals.css";
import "~/features/orders/orders.css";
import "~/ui/detail/detail.css";

const TABS = ["mine", "holds", "open", "decided"] as const;
type Tab = (typeof TABS)[number];

/** What waits for whoever looks: approvals to give, held orders to let go on. */
export default function Inbox() {
  const { t } = useTranslation();
  const [search, narrow] = useNarrowed();
  const tab: Tab = TABS.find((each) => each === search.tab) ?? "mine";
  const mine = useApprovals({ mine: true, state: "open" });
  const held = useHeld();
  const may = useMay();
  const counted: Partial<Record<Tab, number | undefined>> = {
    mine: mine.data?.rows.length,
    holds: held.data?.rows.length,
  };
  const shown = TABS.filter((each) => each !== "holds" || may("orders:read"));
  return (
    <section className="inbox" aria-label={t("approvals.title")}>
      <header className="inbox-head">
        <h1>{t("approvals.title")}</h1>
        <Segmented<Tab>
          value={tab}
          onChange={(value) => narrow({ tab: value })}
          options={shown.map((value) => ({
            value,
            label: [t(`approvals.tab.${value}`), counted[value] || ""].join(" ").trim(),
          }))}
        />
      </header>
      {tab === "holds" ? <Held asked={held} /> : <Asked tab={tab} />}
    </section>
  );
}

function Asked({ tab }: { tab: Exclude<Tab, "holds"> }) {
  const { t } = useTranslation();
  const asked = useApprovals({ mine: tab === "mine", state: tab === "decided" ? "all" : "open" });
  const [last, setLast] = useState<Decided | null>(null);
  if (asked.isPending) return <Spin />;
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  const rows = asked.data.rows.filter((each) => tab !== "decided" || each.approval.state !== "open");
  if (tab === "decided") rows.reverse();
  return (
    <>
      {last && <Became decided={last} close={() => setLast(null)} />}
      {rows.length === 0 && <Empty description={t(`approvals.none.${tab}`)} />}
      <ul className="approvals">
        {rows.map((each) => (
          <ApprovalCard key={each.approval.approval_id} shown={each} mine={tab === "mine"} done={setLast} />
        ))}
      </ul>
    </>
  );
}

/** What a vote led to: what was granted, and which orders went on with it. */
function Became({ decided, close }: { decided: Decided; close: () => void }) {
  const { t, i18n } = useTranslation();
  const { approval, outcomes } = decided;
  return (
    <Alert
      role="status"
      showIcon
      closable={{ onClose: close, "aria-label": t("shell.close") }}
      className="inbox-became"
      type={approval.state === "rejected" ? "warning" : "success"}
      title={t(`approvals.became.${approval.state ?? "open"}`)}
      description={outcomes.map((each, index) => (
        <div key={each.order_no || index}>
          {each.order_no && <Link to={`/orders/${encodeURIComponent(each.order_no)}`}>{each.order_no}</Link>}{" "}
          {each.refused ? each.refused[i18n.language === "en" ? "en" : "zh"] : t("approvals.went_on")}
        </div>
      ))}
    />
  );
}

function Held({ asked }: { asked: ReturnType<typeof useHeld> }) {
  const { t } = useTranslation();
  const named = useNamed();
  const { user, roles } = useSession();
  const [whose, setWhose] = useState<"all" | "mine">("all");
  if (asked.isPending) return <Spin />;
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  const me = [user.login, user.name, ...roles].filter(Boolean);
  const rows = asked.data.rows.filter(
    (row) => whose === "all" || row.holds.some((each: { owner?: string }) => me.includes(each.owner ?? "")),
  );
  return (
    <>
      <div className="inbox-head">
        <Segmented<"all" | "mine">
          size="small"
          value={whose}
          onChange={setWhose}
          options={[
            { value: "all", label: t("approvals.holds.all") },
            { value: "mine", label: t("approvals.holds.mine") },
          ]}
        />
      </div>
      {rows.length === 0 && <Empty description={t("approvals.none.holds")} />}
      <ul className="approvals">
        {rows.map((row) => (
          <li key={row.order_no} className="held-order">
            <header>
              <Link to={`/orders/${encodeURIComponent(row.order_no)}`}>
                <Code>{row.order_no}</Code>
              </Link>
              <Stage stage={row.stage} />
              <span className="faint">{named("channels", row.channel)}</span>
              <When at={row.placed_at} />
              <span className="grow" />
              <Money minor={row.total_minor} currency={row.currency} />
            </header>
            <HoldCards order={row as never} />
          </li>
        ))}
      </ul>
    </>
  );
}
