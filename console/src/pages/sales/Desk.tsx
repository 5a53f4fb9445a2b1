import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { useSession } from "~/client/session";
import { Balance } from "~/features/customers/Credit";
import { Entering } from "~/features/customers/Entering";
import { useAccount, useOrders } from "~/features/customers/read";
import { body, fresh, number, useDraft } from "~/features/sales/draft";
import { Became, Entered } from "~/features/sales/Entered";
import { Goods } from "~/features/sales/Goods";
import type { Customer, Draft, Entry } from "~/features/sales/kept";
import { useStored } from "~/features/sales/lookup";
import { OwnFields, useOrderFields } from "~/features/sales/OwnFields";
import { useQueue } from "~/features/sales/queue";
import { Sum } from "~/features/sales/Sum";
import { Who } from "~/features/sales/Who";
import { Badge } from "~/ui/Badge";
import { Part } from "~/ui/detail/DetailPage";
import { useNarrowed } from "~/ui/list/useList";
import { Stage } from "~/ui/Stage";
import { Code, Money } from "~/ui/Words";
import "~/features/customers/customers.css";
import "~/features/sales/sales.css";
import "~/ui/detail/detail.css";

const CHANNEL = "orderloom.sales.channel";
const OURS = /desk|phone|sales|manual|offline/;

/** The sales desk: an order by keyboard, with what stands beside it; without a network it waits on this device. */
export default function Desk() {
  const { t } = useTranslation();
  const { channels } = useNames();
  const queue = useQueue();
  useStored(queue.db);
  const fields = useOrderFields();
  const known = Object.keys(channels);
  const usual = localStorage.getItem(CHANNEL) ?? known.find((each) => OURS.test(each)) ?? known[0] ?? "";
  const { workspace, user } = useSession();
  const who = `${workspace}.${user.login}`;
  const [draft, setDraft] = useDraft(who, queue.db);
  const put = (changed: Partial<Draft>) => setDraft((now) => ({ ...now, ...changed }));
  const channel = draft.channel || usual;
  const [search] = useNarrowed();
  useGiven(search.customer_no, (customer) => put({ customer, payment_method: customer.payment_method ?? "" }));
  const wanted = body({ ...draft, channel });
  const submit = async () => {
    if (!wanted || !draft.customer) return;
    const customer = `${draft.customer.customer_no} ${draft.customer.name ?? ""}`;
    const entry = { external_no: wanted.external_no, key: crypto.randomUUID(), body: wanted, draft, customer };
    await queue.enter({ ...entry, at: new Date().toISOString(), state: "waiting" });
    setDraft(fresh(draft.channel));
    document.querySelector<HTMLInputElement>(".desk-form input")?.focus();
  };
  const edit = async (entry: Entry) => {
    if (!entry.draft) return;
    setDraft({ ...entry.draft, external_no: number() });
    await queue.drop(entry.external_no);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+Enter submits from any field.
    <div className="desk" onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit()}>
      <header>
        <h1>{t("sales.title")}</h1>
        <Select
          size="small"
          aria-label={t("sales.channel")}
          value={channel || undefined}
          placeholder={t("sales.channel")}
          options={Object.entries(channels).map(([value, label]) => ({ value, label }))}
          onChange={(value) => {
            localStorage.setItem(CHANNEL, value);
            put({ channel: value });
          }}
        />
        {queue.waiting > 0 && <Badge tone="warn">{t("sales.waiting", { count: queue.waiting })}</Badge>}
      </header>
      <div>
        <Part title="sales.part.order">
          <div className="desk-form">
            <Who db={queue.db} draft={draft} put={put} Entering={Entering} />
            <Goods db={queue.db} lines={draft.lines} put={(lines) => put({ lines })} />
            <div className="desk-pair">
              <Paying draft={draft} put={put} />
              <Input
                value={draft.note}
                maxLength={500}
                placeholder={t("sales.note")}
                aria-label={t("sales.note")}
                onChange={(event) => put({ note: event.target.value })}
              />
              {fields.length === 0 && (
                <Input
                  value={draft.own}
                  maxLength={500}
                  placeholder={t("sales.own")}
                  aria-label={t("sales.own")}
                  onChange={(event) => put({ own: event.target.value })}
                />
              )}
            </div>
            {fields.length > 0 && <OwnFields fields={fields} own={draft.fields} put={(own) => put({ fields: own })} />}
            <div className="desk-go">
              <Button type="primary" size="large" disabled={!wanted} onClick={submit}>
                {t("sales.submit")}
              </Button>
              <span className="faint desk-keys">{t("sales.keys")}</span>
            </div>
          </div>
        </Part>
      </div>
      <div className="desk-side">
        <Part title="sales.part.sum">
          <Sum body={wanted} />
        </Part>
        {draft.customer && <Beside customer={draft.customer} />}
      </div>
      <Part title="sales.part.entered" end={<Became queue={queue} />}>
        <Entered queue={queue} edit={edit} />
      </Part>
    </div>
  );
}

/** How it is paid: as the customer usually does, or as is chosen. */
function Paying({ draft, put }: { draft: Draft; put: (changed: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const { payments } = useNames();
  return (
    <Select
      allowClear
      placeholder={t("sales.payment")}
      aria-label={t("sales.payment")}
      value={draft.payment_method || undefined}
      options={Object.entries(payments).map(([value, word]) => ({ value, label: word[language] }))}
      showSearch={{ optionFilterProp: "label" }}
      onChange={(value) => put({ payment_method: value ?? "" })}
    />
  );
}

/** Whoever was named in the address, once it is read. */
function useGiven(customerNo: string | undefined, take: (customer: Customer) => void): void {
  const asked = useQuery({
    queryKey: ["customers", customerNo],
    enabled: Boolean(customerNo),
    queryFn: async ({ signal }) => {
      const query = { customer_no: [customerNo ?? ""] };
      return (await told(api.GET("/api/v1/customers", { params: { query }, signal }))).rows[0] ?? null;
    },
  });
  const found = asked.data;
  // biome-ignore lint/correctness/useExhaustiveDependencies: taken once, when it is there.
  useEffect(() => {
    if (found) take(found);
  }, [found]);
}

/** What one should know of the customer while entering: credit, open orders and what is not paid. */
function Beside({ customer }: { customer: Customer }) {
  const account = useAccount(customer.account ?? "");
  const orders = useOrders(customer.customer_no);
  const rows = (orders.data?.rows ?? []).filter((each) => !each.cancelled).slice(0, 8);
  return (
    <>
      {account.data && (
        <Part title="customers.credit.title">
          <Balance found={account.data} />
        </Part>
      )}
      {rows.length > 0 && (
        <Part title="customers.part.orders">
          <ul className="entered">
            {rows.map((each) => (
              <li key={each.order_no}>
                <span className="entered-head">
                  <Link to={`/orders/${encodeURIComponent(each.order_no)}`}>
                    <Code>{each.order_no}</Code>
                  </Link>
                  <Stage stage={each.stage} />
                </span>
                <Paid total={each.total_minor} paid={each.paid_minor} currency={each.currency} />
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

function Paid({ total, paid, currency }: { total: number; paid: number; currency: string }) {
  const { t } = useTranslation();
  return (
    <span className="entered-head">
      <Money minor={total} currency={currency} />
      <span className={paid < total ? "late" : "faint"}>
        {paid < total ? t("sales.unpaid") : t("sales.paid")}{" "}
        {paid < total && <Money minor={total - paid} currency={currency} />}
      </span>
    </span>
  );
}
