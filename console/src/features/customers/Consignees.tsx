import { EyeOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Input, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { type Consignee, reveal, useConsignees } from "~/features/customers/read";
import { Trouble, useSaid } from "~/ui/Trouble";

/** Whom the customer's orders went to; what is masked is shown for a reason, which is written down. */
export function Consignees({ customerNo }: { customerNo: string }) {
  const { t } = useTranslation();
  const asked = useConsignees(customerNo);
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  if (!asked.data) return null;
  if (asked.data.length === 0) return <p className="faint">{t("customers.consignees.none")}</p>;
  return (
    <ul className="grants">
      {asked.data.map((each) => (
        <One key={each.order_no} consignee={each} />
      ))}
    </ul>
  );
}

const masked = (each: Consignee) => [each.name, each.phone, each.street].some((text) => text.includes("*"));

function One({ consignee }: { consignee: Consignee }) {
  const { t } = useTranslation();
  const may = useMay()("people:reveal");
  const said = useSaid();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const seen = useMutation({
    mutationFn: () => reveal(consignee.order_no, reason.trim()),
    onSuccess: () => setAsking(false),
  });
  const { province, city, district } = consignee;
  const { name, phone, street, address } = { ...consignee, address: "", ...seen.data?.consignee };
  return (
    <li>
      <b>{name}</b>
      <span className="figure">{phone}</span>
      <span className="grow">{[province, city, district, street || address].join(" ")}</span>
      {may && masked(consignee) && !seen.data && !asking && (
        <Button size="small" icon={<EyeOutlined />} onClick={() => setAsking(true)}>
          {t("customers.reveal")}
        </Button>
      )}
      {asking && (
        <Space.Compact className="reveal">
          <Input
            autoFocus
            value={reason}
            maxLength={500}
            placeholder={t("customers.reveal.why")}
            aria-label={t("customers.reveal.why")}
            onChange={(event) => setReason(event.target.value)}
            onPressEnter={() => reason.trim().length > 1 && seen.mutate()}
          />
          <Button
            type="primary"
            disabled={reason.trim().length < 2}
            loading={seen.isPending}
            onClick={() => seen.mutate()}
          >
            {t("customers.reveal")}
          </Button>
        </Space.Compact>
      )}
      {seen.error && <Alert type="error" role="alert" showIcon title={said(seen.error)} />}
    </li>
  );
}
