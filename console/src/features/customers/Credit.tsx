import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Empty, Popconfirm, Progress } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { type Account, ask, grant, type Named, useAccount, withdraw } from "~/features/customers/read";
import { Badge } from "~/ui/Badge";
import { Part } from "~/ui/detail/DetailPage";
import { Doing } from "~/ui/list/Doing";
import type { Action } from "~/ui/list/declaration";
import { Stage } from "~/ui/Stage";
import { Trouble, useSaid } from "~/ui/Trouble";
import { Code, Money, When } from "~/ui/Words";

/** An account: what it may use, what it uses, what is left; grants with their end; what moved beside orders. */
export function Credit({ account }: { account: string }) {
  const { t } = useTranslation();
  const asked = useAccount(account);
  if (!account) return <Empty description={t("customers.credit.none")} />;
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  if (!asked.data) return null;
  return (
    <>
      <Part title="customers.credit.title" end={<Give account={account} currency={asked.data.account.currency} />}>
        <Balance found={asked.data} />
      </Part>
      <Part title="customers.credit.grants">
        <Grants found={asked.data} />
      </Part>
      <Part title="customers.credit.uses">
        <Uses found={asked.data} />
      </Part>
      {asked.data.moves.length > 0 && (
        <Part title="customers.credit.moves">
          <ul className="grants">
            {asked.data.moves.map((each) => (
              <li key={`${each.at} ${each.reference}`}>
                <When at={each.at} />
                <span className="grow">{each.reference}</span>
                <Money minor={each.amount_minor} currency={asked.data.account.currency} />
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

/** The orders that take the account up, so that what is used and reserved adds up. */
function Uses({ found }: { found: Account }) {
  const { t } = useTranslation();
  const { currency } = found.account;
  if (found.uses.length === 0) return <p className="faint">{t("customers.credit.uses_none")}</p>;
  return (
    <ul className="grants">
      {found.uses.map((each) => (
        <li key={each.order_no}>
          <Link to={`/orders/${each.order_no}` as never}>
            <Code>{each.order_no}</Code>
          </Link>
          <Stage stage={each.stage} />
          <span className="grow">
            <When at={each.placed_at} />
          </span>
          {each.used_minor !== 0 && (
            <span>
              {t("customers.credit.used_minor")} <Money minor={each.used_minor} currency={currency} />
            </span>
          )}
          {each.reserved_minor !== 0 && (
            <span>
              {t("customers.credit.reserved_minor")} <Money minor={each.reserved_minor} currency={currency} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

export function Balance({ found }: { found: Account }) {
  const { t } = useTranslation();
  const { currency, limit_minor, granted_minor, used_minor, reserved_minor, available_minor } = found.account;
  const whole = limit_minor + granted_minor;
  const percent = whole > 0 ? Math.min(100, Math.round((100 * (used_minor + reserved_minor)) / whole)) : 100;
  const figures = { limit_minor, granted_minor, used_minor, reserved_minor, available_minor };
  return (
    <>
      <dl className="balance">
        {Object.entries(figures).map(([key, minor]) => (
          <div key={key} className={key === "available_minor" && minor <= 0 ? "late" : undefined}>
            <dt>{t(`customers.credit.${key}`)}</dt>
            <dd>
              <Money minor={minor} currency={currency} />
            </dd>
          </div>
        ))}
      </dl>
      <Progress
        percent={percent}
        size="small"
        status={percent >= 100 ? "exception" : "normal"}
        aria-label={t("customers.credit.used_share")}
      />
    </>
  );
}

function Give({ account, currency }: Named) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const gives = may("credit:grant");
  if (!gives && !may("approvals:ask")) return null;
  const asks: Action<Named>["asks"] = [
    { key: "amount", title: "customers.grant.amount", kind: "text" },
    { key: "hours", title: "customers.grant.hours", kind: "text" },
    { key: "scope", title: "customers.grant.scope", kind: "text" },
  ];
  const action: Action<Named> = gives
    ? { key: "grant", title: "customers.grant.give", verb: "credit:grant", icon: PlusOutlined, asks, run: grant }
    : {
        key: "ask",
        title: "customers.grant.ask",
        verb: "approvals:ask",
        icon: PlusOutlined,
        asks: [...asks, { key: "reason", title: "customers.grant.reason", kind: "text", required: true }],
        run: ask,
      };
  return (
    <>
      <Button size="small" type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
        {t(action.title)}
      </Button>
      {open && (
        <Doing
          action={action}
          rows={[{ account, currency }]}
          nameOf={(row) => row.account}
          close={(changed) => {
            setOpen(false);
            if (changed) client.invalidateQueries({ queryKey: ["credit", account] });
          }}
        />
      )}
    </>
  );
}

function Grants({ found }: { found: Account }) {
  const { t } = useTranslation();
  const may = useMay()("credit:grant");
  const said = useSaid();
  const client = useQueryClient();
  const { account, currency } = found.account;
  const end = useMutation({
    mutationFn: (grantId: string) => withdraw(account, grantId),
    onSuccess: () => client.invalidateQueries({ queryKey: ["credit", account] }),
  });
  if (found.grants.length === 0) return <p className="faint">{t("customers.grant.none")}</p>;
  return (
    <>
      {end.error && <Alert type="error" role="alert" showIcon title={said(end.error)} />}
      <ul className="grants">
        {found.grants.map((each) => (
          <li key={each.grant_id}>
            <Badge tone={each.valid ? "good" : "plain"}>
              {t(
                each.valid
                  ? "customers.grant.valid"
                  : each.withdrawn_at
                    ? "customers.grant.withdrawn"
                    : "customers.grant.over",
              )}
            </Badge>
            <Money minor={each.amount_minor} currency={currency} />
            <span>
              {t("customers.grant.until")} <When at={each.expires_at} />
            </span>
            <span className="faint grow">
              {each.granted_by} {each.scope}
            </span>
            {each.valid && may && (
              <Popconfirm
                title={t("customers.grant.end_sure")}
                okText={t("customers.grant.end")}
                cancelText={t("shell.cancel")}
                onConfirm={() => end.mutate(each.grant_id)}
              >
                <Button size="small">{t("customers.grant.end")}</Button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
