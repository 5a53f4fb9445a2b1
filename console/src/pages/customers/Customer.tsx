import { EditOutlined } from "@ant-design/icons";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, Empty } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { Consignees } from "~/features/customers/Consignees";
import { Balance, Credit } from "~/features/customers/Credit";
import { Entering } from "~/features/customers/Entering";
import { Risk } from "~/features/customers/list";
import { type Customer, useAccount, useCustomer, useOrders } from "~/features/customers/read";
import { Holds } from "~/features/orders/Tags";
import { Badge } from "~/ui/Badge";
import { DetailPage, Facts, Part } from "~/ui/detail/DetailPage";
import { Own } from "~/ui/detail/Own";
import { Stage } from "~/ui/Stage";
import { Trouble } from "~/ui/Trouble";
import { Code, Money, When } from "~/ui/Words";
import "~/features/customers/customers.css";

/** One customer: who it is, what it ordered, what it may owe. */
export default function CustomerPage() {
  const { customer_no: customerNo = "" } = useParams({ strict: false }) as { customer_no?: string };
  const { t } = useTranslation();
  const may = useMay();
  const go = useNavigate();
  const asked = useCustomer(customerNo);
  const found = asked.data;
  const [changing, setChanging] = useState(false);
  if (found === null) return <Empty className="detail-note" description={t("customers.unknown", { customerNo })} />;
  return (
    <DetailPage
      asked={asked}
      back="/customers"
      name={customerNo}
      marks={
        found && (
          <>
            <b>{found.name}</b>
            {found.level && <Badge tone="gold">{found.level}</Badge>}
            <Risk risk={found.risk ?? ""} t={t} />
          </>
        )
      }
      actions={
        found && (
          <>
            {may("customers:write") && !found.name?.includes("*") && (
              <Button icon={<EditOutlined />} onClick={() => setChanging(true)}>
                {t("customers.change")}
              </Button>
            )}
            {may("orders:write") && (
              <Button type="primary" onClick={() => go({ to: "/sales", search: { customer_no: customerNo } as never })}>
                {t("customers.order")}
              </Button>
            )}
            {changing && <Entering customer={found} done={() => setChanging(false)} close={() => setChanging(false)} />}
          </>
        )
      }
      tabs={
        found
          ? [
              { key: "overview", title: "customers.tab.overview", show: <Overview customer={found} /> },
              ...(may("credit:read")
                ? [{ key: "credit", title: "customers.tab.credit", show: <Credit account={found.account ?? ""} /> }]
                : []),
            ]
          : []
      }
    />
  );
}

function Overview({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const named = useNamed();
  const account = useAccount(customer.account ?? "");
  return (
    <>
      <div className="parts">
        <Part title="customers.part.particulars">
          <Facts
            facts={[
              ["customers.column.segment", customer.segment && named("segments", customer.segment)],
              ["customers.column.owner", customer.owner],
              ["customers.column.account", customer.account],
              [
                "customers.column.payment_method",
                customer.payment_method && named("payments", customer.payment_method),
              ],
              ["customers.days", customer.payment_days_average],
              ["customers.invoice", customer.invoice?.title],
            ]}
          />
          <Own subject="customer" values={customer.custom} />
        </Part>
        {account.data && (
          <Part title="customers.credit.title">
            <Balance found={account.data} />
          </Part>
        )}
      </div>
      <Part
        title="customers.part.orders"
        end={
          <Link to="/orders" search={{ customer_no: customer.customer_no } as never}>
            {t("customers.orders.all")}
          </Link>
        }
      >
        <Orders customerNo={customer.customer_no} />
      </Part>
      <Part title="customers.part.consignees">
        <Consignees customerNo={customer.customer_no} />
      </Part>
    </>
  );
}

function Orders({ customerNo }: { customerNo: string }) {
  const { t } = useTranslation();
  const asked = useOrders(customerNo);
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  if (asked.data?.rows.length === 0) return <p className="faint">{t("customers.orders.none")}</p>;
  return (
    <ul className="grants">
      {asked.data?.rows.map((row) => (
        <li key={row.order_no}>
          <Link to={`/orders/${encodeURIComponent(row.order_no)}`}>
            <Code>{row.order_no}</Code>
          </Link>
          <Stage stage={row.stage} />
          <Holds holds={row.holds as never} />
          <span className="grow" />
          <When at={row.placed_at} />
          <Money minor={row.total_minor} currency={row.currency} />
        </li>
      ))}
    </ul>
  );
}
