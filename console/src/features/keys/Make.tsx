import { PlusOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNamed, useNames } from "~/client/names";
import { allowed, make } from "~/features/keys/read";
import { useSaid } from "~/ui/Trouble";
import { useVerbed } from "~/ui/Verbs";

type Typed = {
  name: string;
  verbs: string[];
  channels?: string[];
  warehouses?: string[];
  days: number;
  unmasked?: boolean;
};
const DAYS = [30, 90, 365, 0];
const DAY_MS = 86_400_000;

/** A verb is found by its words and by its name. */
const found = (typed: string, option?: { value: string; label: string }) =>
  `${option?.value} ${option?.label}`.toLowerCase().includes(typed.toLowerCase());

/** Make a key: for which system, for what, how far, for how long; its text is shown once. */
export function Make() {
  const { t } = useTranslation();
  const said = useSaid();
  const client = useQueryClient();
  const names = useNames();
  const named = useNamed();
  const { called } = useVerbed();
  const [form] = Form.useForm<Typed>();
  const [asked, setAsked] = useState(false);
  const [running, setRunning] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [text, setText] = useState("");
  const verbs = useQuery({ queryKey: ["keys", "verbs"], enabled: asked, queryFn: ({ signal }) => allowed(signal) });
  const some = (chosen?: string[]) => (chosen?.length ? chosen : null);
  const send = async ({ name, verbs, channels, warehouses, days, unmasked }: Typed) => {
    setRunning(true);
    setFailed(null);
    try {
      const scope = { channels: some(channels), warehouses: some(warehouses), unmasked: unmasked ?? false };
      const expires_at = days > 0 ? new Date(Date.now() + days * DAY_MS).toISOString() : null;
      const made = await make({ name, verbs, scope, expires_at });
      await client.invalidateQueries({ queryKey: ["list", "keys"] });
      setAsked(false);
      form.resetFields();
      setText(made.text ?? "");
    } catch (error) {
      setFailed(error);
    } finally {
      setRunning(false);
    }
  };
  const rules = [{ required: true, message: t("keys.needed") }];
  const places = (kind: "channels" | "warehouses") =>
    Object.keys(names[kind]).map((value) => ({ value, label: named(kind, value) }));
  const spans = DAYS.map((value) => ({
    value,
    label: value ? t("keys.make.for_days", { count: value }) : t("keys.make.forever"),
  }));
  return (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsked(true)}>
        {t("keys.make.button")}
      </Button>
      <Modal
        open={asked}
        title={t("keys.make.button")}
        okText={t("keys.make.ok")}
        cancelText={t("shell.cancel")}
        confirmLoading={running}
        mask={{ closable: false }}
        onOk={() => form.submit()}
        onCancel={() => setAsked(false)}
      >
        <Form form={form} layout="vertical" requiredMark="optional" onFinish={send} initialValues={{ days: 365 }}>
          <Form.Item name="name" label={t("keys.make.name")} rules={rules}>
            <Input autoFocus maxLength={128} autoComplete="off" />
          </Form.Item>
          <Form.Item name="verbs" label={t("keys.make.verbs")} rules={rules}>
            <Select
              mode="multiple"
              loading={verbs.isPending}
              showSearch={{ filterOption: found }}
              options={(verbs.data ?? []).map((value) => ({ value, label: called(value) }))}
            />
          </Form.Item>
          <Form.Item name="channels" label={t("keys.make.channels")}>
            <Select mode="multiple" options={places("channels")} showSearch={{ optionFilterProp: "label" }} />
          </Form.Item>
          <Form.Item name="warehouses" label={t("keys.make.warehouses")}>
            <Select mode="multiple" options={places("warehouses")} showSearch={{ optionFilterProp: "label" }} />
          </Form.Item>
          <Form.Item name="days" label={t("keys.make.days")}>
            <Select options={spans} />
          </Form.Item>
          <Form.Item name="unmasked" valuePropName="checked">
            <Checkbox>{t("keys.make.unmasked")}</Checkbox>
          </Form.Item>
          {failed !== null && <Alert type="error" role="alert" showIcon title={said(failed)} />}
        </Form>
      </Modal>
      <Made text={text} close={() => setText("")} />
    </>
  );
}

function Made({ text, close }: { text: string; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={text !== ""}
      title={t("keys.made.title")}
      mask={{ closable: false }}
      onCancel={close}
      footer={[
        <Button key="copy" onClick={() => navigator.clipboard?.writeText(text)}>
          {t("keys.made.copy")}
        </Button>,
        <Button key="close" type="primary" onClick={close}>
          {t("shell.close")}
        </Button>,
      ]}
    >
      <p>{t("keys.made.what")}</p>
      <Input.TextArea readOnly autoSize value={text} className="code" aria-label={t("keys.made.title")} />
    </Modal>
  );
}
