import { UserAddOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Input, Select } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import type { Customer, Draft, Kept } from "~/features/sales/kept";
import { useConsignees, useCustomers } from "~/features/sales/lookup";

const PHONE = /^\+?[\d -]{7,}$/;

type Props = {
  db: Kept;
  draft: Draft;
  put: (changed: Partial<Draft>) => void;
  /** Asks for a customer that is not there yet. */
  Entering: (asked: {
    begin: { name?: string; phone?: string };
    done: (entered: Customer, phone: string) => void;
    close: () => void;
  }) => ReactNode;
};

/** Who buys, by number, name or phone; and where it goes: the usual place, or one that is pasted. */
export function Who({ db, draft, put, Entering }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const found = useCustomers(db, typed);
  const customerNo = draft.customer?.customer_no ?? "";
  const usual = useConsignees(db, customerNo);
  const places = (usual.data ?? []).filter((each) => ![each.name, each.phone, each.street].join("").includes("*"));
  const first = places[0];
  const chosen = draft.consignee ?? (draft.name || draft.address ? null : first) ?? null;
  const enters = useMay()("customers:write");
  const [entering, setEntering] = useState(false);
  const take = (customer: Customer | null) => {
    put({ customer, consignee: null, payment_method: customer?.payment_method ?? "" });
    setTyped("");
  };
  if (chosen && chosen !== draft.consignee) queueMicrotask(() => put({ consignee: chosen }));
  return (
    <>
      <AutoComplete
        autoFocus
        defaultActiveFirstOption
        className="desk-wide"
        value={draft.customer && !typed ? `${customerNo} ${draft.customer.name ?? ""}` : typed}
        options={(found.data ?? []).map((each) => ({
          value: each.customer_no,
          label: `${each.customer_no} ${each.name ?? ""} ${each.level ?? ""}`,
        }))}
        onChange={(value) => {
          setTyped(value ?? "");
          if (draft.customer) put({ customer: null, consignee: null });
        }}
        onSelect={(value: string) => {
          take(found.data?.find((each) => each.customer_no === value) ?? null);
        }}
      >
        <Input size="large" placeholder={t("sales.customer")} aria-label={t("sales.customer")} />
      </AutoComplete>
      {!draft.customer && typed.trim() !== "" && found.data?.length === 0 && (
        <div role="status" className="desk-nobody faint">
          {t("sales.nobody")}
          {enters && (
            <Button size="small" icon={<UserAddOutlined />} onClick={() => setEntering(true)}>
              {t("customers.new")}
            </Button>
          )}
        </div>
      )}
      {entering && (
        <Entering
          begin={PHONE.test(typed.trim()) ? { phone: typed.trim() } : { name: typed.trim() }}
          done={(entered, phone) => {
            setEntering(false);
            take(entered);
            put({ phone });
          }}
          close={() => setEntering(false)}
        />
      )}
      {draft.customer && (
        <>
          {places.length > 0 && (
            <Select
              className="desk-wide"
              aria-label={t("sales.consignee")}
              value={draft.consignee?.order_no ?? ""}
              options={[
                ...places.map((each) => ({
                  value: each.order_no,
                  label: [each.name, each.phone, each.city, each.district, each.street].join(" "),
                })),
                { value: "", label: t("sales.consignee.other") },
              ]}
              onChange={(value) => {
                const consignee = places.find((each) => each.order_no === value) ?? null;
                put(consignee ? { consignee, name: "", address: "" } : { consignee, name: " " });
              }}
            />
          )}
          {!draft.consignee && (
            <div className="desk-pair">
              <Input
                value={draft.name.trimStart()}
                placeholder={t("sales.name")}
                aria-label={t("sales.name")}
                onChange={(event) => put({ name: event.target.value || " " })}
              />
              <Input
                value={draft.phone}
                inputMode="tel"
                placeholder={t("sales.phone")}
                aria-label={t("sales.phone")}
                onChange={(event) => put({ phone: event.target.value })}
              />
              <Input
                className="desk-all"
                value={draft.address}
                placeholder={t("sales.address")}
                aria-label={t("sales.address")}
                onChange={(event) => put({ address: event.target.value })}
              />
            </div>
          )}
        </>
      )}
    </>
  );
}
