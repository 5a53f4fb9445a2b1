import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, AutoComplete, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { useMay, useSession } from "~/client/session";
import { type Customer, enter } from "~/features/customers/read";
import { useSaid } from "~/ui/Trouble";

const LEVELS = ["A", "B", "C"];
const RISKS = ["low", "watch", "high"];

type Typed = Partial<Customer> & { phone?: string };
type Props = {
  customer?: Customer;
  begin?: Typed;
  done: (entered: Customer, phone: string) => void;
  close: () => void;
};

/** A number that no other customer has: the day and the time, as people can read it out. */
function proposed(): string {
  const digits = new Date().toISOString().replace(/\D/g, "");
  return `C${digits.slice(2, 14)}`;
}

/** Enter a customer, or change one: who it is, whose it is, how it pays. */
export function Entering({ customer, begin, done, close }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const said = useSaid();
  const client = useQueryClient();
  const { segments, payments } = useNames();
  const people = usePeople();
  const [form] = Form.useForm<Typed>();
  const [running, setRunning] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const send = async (typed: Typed) => {
    setRunning(true);
    setFailed(null);
    try {
      const entered = await enter({ ...customer, ...typed, customer_no: (typed.customer_no ?? "").trim() });
      await client.invalidateQueries({ queryKey: ["customers"] });
      await client.invalidateQueries({ queryKey: ["list", "customers"] });
      done(entered, typed.phone ?? "");
    } catch (error) {
      setFailed(error);
    } finally {
      setRunning(false);
    }
  };
  const words = (known: Record<string, { zh: string; en: string }>) =>
    Object.entries(known).map(([value, word]) => ({ value, label: word[language] }));
  const text = (key: keyof Typed, props: object = {}) => (
    <Form.Item name={key} label={t(`customers.column.${key}`)}>
      <Input maxLength={128} autoComplete="off" {...props} />
    </Form.Item>
  );
  return (
    <Modal
      open
      title={customer ? t("customers.change") : t("customers.new")}
      okText={t("customers.save")}
      cancelText={t("shell.cancel")}
      confirmLoading={running}
      mask={{ closable: false }}
      onOk={() => form.submit()}
      onCancel={close}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark="optional"
        initialValues={customer ?? { customer_no: proposed(), ...begin }}
        onFinish={send}
        className="customer-form"
      >
        <Form.Item
          name="customer_no"
          label={t("customers.column.customer_no")}
          rules={[{ required: true, message: t("users.needed") }]}
        >
          <Input maxLength={64} disabled={Boolean(customer)} />
        </Form.Item>
        <Form.Item
          name="name"
          label={t("customers.column.name")}
          rules={[{ required: true, message: t("users.needed") }]}
        >
          <Input autoFocus maxLength={128} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="phone"
          label={t("customers.column.phone")}
          extra={t(customer ? "customers.phone.keep" : "customers.phone.why")}
        >
          <Input maxLength={32} inputMode="tel" autoComplete="off" />
        </Form.Item>
        <Form.Item name="payment_method" label={t("customers.column.payment_method")}>
          <Select allowClear options={words(payments)} showSearch={{ optionFilterProp: "label" }} />
        </Form.Item>
        <Form.Item name="level" label={t("customers.column.level")}>
          <AutoComplete options={LEVELS.map((value) => ({ value }))} />
        </Form.Item>
        <Form.Item name="segment" label={t("customers.column.segment")}>
          <Select allowClear options={words(segments)} />
        </Form.Item>
        <Form.Item name="risk" label={t("customers.column.risk")}>
          <Select allowClear options={RISKS.map((value) => ({ value, label: t(`customers.risk.${value}`) }))} />
        </Form.Item>
        {text("account")}
        {people === null ? null : (
          <Form.Item name="owner" label={t("customers.column.owner")} extra={t("customers.owner.why")}>
            <AutoComplete options={people} />
          </Form.Item>
        )}
        {failed !== null && <Alert type="error" role="alert" showIcon title={said(failed)} />}
      </Form>
    </Modal>
  );
}

/** Whose customer it may be: the users, where one may read them; null for who enters own customers alone. */
function usePeople(): { value: string; label: string }[] | null {
  const { scope } = useSession();
  const asked = useQuery({
    queryKey: ["users", "people"],
    enabled: useMay()("users:read"),
    queryFn: ({ signal }) => told(api.GET("/api/v1/users", { signal })),
  });
  if (scope.owners) return null;
  return (asked.data ?? []).map((each) => ({
    value: each.login,
    label: [each.name, each.login].filter(Boolean).join(" · "),
  }));
}
