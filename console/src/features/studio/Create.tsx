import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Kind } from "~/features/studio/read";

/** Begin a document: its kind and its name; it opens with the example of its kind, and nothing is kept before a save. */
export function Create({ kinds }: { kinds: Kind[] }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const go = useNavigate();
  const [asked, setAsked] = useState(false);
  const [form] = Form.useForm<{ kind: string; name: string }>();
  const begin = ({ kind, name }: { kind: string; name: string }) => go({ to: `/studio/${kind}/${name}` as never });
  return (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsked(true)}>
        {t("studio.create.button")}
      </Button>
      <Modal
        open={asked}
        title={t("studio.create.title")}
        okText={t("studio.create.ok")}
        cancelText={t("shell.cancel")}
        onOk={() => form.submit()}
        onCancel={() => setAsked(false)}
      >
        <Form form={form} layout="vertical" onFinish={begin} initialValues={{ kind: "rules" }}>
          <Form.Item name="kind" label={t("studio.column.kind")} rules={[{ required: true }]}>
            <Select
              options={kinds.map((each) => ({
                value: each.name,
                label: language === "zh" ? each.label_zh : each.label_en,
              }))}
            />
          </Form.Item>
          <Form.Item
            name="name"
            label={t("studio.create.name")}
            extra={t("studio.create.hint")}
            rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,63}$/, message: t("studio.create.hint") }]}
          >
            <Input autoFocus maxLength={64} autoComplete="off" />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
