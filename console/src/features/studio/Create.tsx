import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { titleOf } from "~/features/studio/list";
import { all, BLANK, type Kind } from "~/features/studio/read";

type Wanted = { kind: string; name: string; like?: string };
const FIRST = "rules";

/**
 * Begin a document: its kind, its name and what it begins with: the example of its kind, another that is in force, or
 * nothing. Nothing is kept before a save.
 */
export function Create({ kinds }: { kinds: Kind[] }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const go = useNavigate();
  const [asked, setAsked] = useState(false);
  const [form] = Form.useForm<Wanted>();
  const kind = Form.useWatch("kind", form) ?? FIRST;
  const others = useQuery({
    queryKey: ["documents", "like", kind],
    enabled: asked,
    queryFn: ({ signal }) => all(kind, signal),
  });
  const models = (others.data ?? [])
    .filter((each) => each.version && !each.retired_at)
    .map((each) => ({ value: each.name, label: `${titleOf(each, language)} · ${each.name}` }));
  const begin = ({ kind, name, like }: Wanted) =>
    go({ to: `/studio/${kind}/${name}` as never, search: (like ? { like } : {}) as never });
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
        <Form form={form} layout="vertical" onFinish={begin} initialValues={{ kind: FIRST, like: "" }}>
          <Form.Item name="kind" label={t("studio.column.kind")} rules={[{ required: true }]}>
            <Select
              onChange={() => form.setFieldValue("like", "")}
              options={kinds.map((each) => ({
                value: each.name,
                label: language === "zh" ? each.label_zh : each.label_en,
              }))}
            />
          </Form.Item>
          <Form.Item name="like" label={t("studio.create.like")}>
            <Select
              showSearch={{ optionFilterProp: "label" }}
              options={[
                { value: "", label: t("studio.create.example") },
                ...(kind === "flow" ? [{ value: BLANK, label: t("studio.create.blank") }] : []),
                { label: t("studio.create.models"), options: models },
              ]}
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
