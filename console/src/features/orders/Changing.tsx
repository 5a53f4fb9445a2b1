import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, once, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNamed, useNames } from "~/client/names";
import type { components } from "~/client/schema";
import type { Detail } from "~/features/orders/read";
import { useSaid } from "~/ui/Trouble";

type Body = components["schemas"]["orderloom.inbox.order_bodies.AmendBody"];
type Typed = Record<
  "name" | "phone" | "address" | "payment_method" | "carrier_requested" | "packing_request" | "seller" | "reason",
  string | undefined
>;

/** What was typed, as a change: what was left empty stays as it is. */
function change(typed: Typed): Body {
  const { name, phone, address } = typed;
  const to = Object.fromEntries(Object.entries({ name, phone, address }).filter(([, each]) => each?.trim()));
  return {
    reason: typed.reason ?? "",
    consignee: Object.keys(to).length > 0 ? to : undefined,
    payment_method: typed.payment_method || undefined,
    carrier_requested: typed.carrier_requested || undefined,
    packing_request: typed.packing_request || undefined,
    notes: typed.seller ? { seller: typed.seller } : undefined,
  } as Body;
}

/** Change one order: where it goes, how it is paid and sent; what that would do is shown before it is done. */
export function Changing({ found, close }: { found: Detail; close: () => void }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const said = useSaid();
  const named = useNamed();
  const { payments } = useNames();
  const client = useQueryClient();
  const [form] = Form.useForm<Typed>();
  const [running, setRunning] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [shown, setShown] = useState<string[] | null>(null);
  const { order, consignee } = found;
  const path = { order_no: order.order_no };
  const ask = async (preview: boolean) => {
    const typed = await form.validateFields().catch(() => null);
    if (!typed) return;
    setRunning(true);
    setFailed(null);
    try {
      const body = change(typed);
      const url = "/api/v1/orders/{order_no}/amend";
      const answer = await told(api.POST(url, { params: { path, query: { preview } }, body, headers: once() }));
      if (preview) setShown("events" in answer ? (answer.events as string[]) : []);
      else {
        await client.invalidateQueries({ queryKey: ["orders", order.order_no] });
        close();
      }
    } catch (error) {
      setFailed(error);
    } finally {
      setRunning(false);
    }
  };
  const place = [order.consignee?.province, order.consignee?.city, order.consignee?.district, consignee.street];
  const field = (key: keyof Typed, title: string, now: string | undefined) => (
    <Form.Item name={key} label={t(title)}>
      <Input maxLength={500} autoComplete="off" placeholder={now || t("orders.change.stays")} />
    </Form.Item>
  );
  return (
    <Modal
      open
      title={t("orders.change.title", { order: order.order_no })}
      mask={{ closable: false }}
      onCancel={close}
      footer={[
        <Button key="no" onClick={close}>
          {t("shell.cancel")}
        </Button>,
        <Button key="show" loading={running} onClick={() => ask(true)}>
          {t("orders.change.preview")}
        </Button>,
        <Button key="do" type="primary" loading={running} onClick={() => ask(false)}>
          {t("orders.change.do")}
        </Button>,
      ]}
    >
      <p className="faint">{t("orders.change.hint")}</p>
      <Form form={form} layout="vertical" requiredMark="optional" onValuesChange={() => setShown(null)}>
        <div className="changing">
          {field("name", "sales.name", consignee.name)}
          {field("phone", "sales.phone", consignee.phone)}
        </div>
        {field("address", "sales.address", place.filter(Boolean).join(" "))}
        <div className="changing">
          <Form.Item name="payment_method" label={t("orders.money.method")}>
            <Select
              allowClear
              placeholder={named("payments", order.payment_method ?? "") || t("orders.change.stays")}
              options={Object.entries(payments).map(([value, word]) => ({ value, label: word[language] }))}
            />
          </Form.Item>
          {field("carrier_requested", "orders.ask.carrier", order.carrier_requested)}
          {field("packing_request", "orders.ask.packing", order.packing_request)}
          {field("seller", "orders.ask.note", order.notes?.seller)}
        </div>
        <Form.Item
          name="reason"
          label={t("orders.ask.reason")}
          rules={[{ required: true, message: t("users.needed") }]}
        >
          <Input maxLength={500} />
        </Form.Item>
        {shown && (
          <Alert
            type="info"
            showIcon
            role="status"
            title={
              shown.length > 0
                ? t("orders.change.would", { what: shown.map((each) => named("events", each)).join(t("orders.and")) })
                : t("orders.change.nothing")
            }
          />
        )}
        {failed !== null && <Alert type="error" role="alert" showIcon title={said(failed)} />}
      </Form>
    </Modal>
  );
}
