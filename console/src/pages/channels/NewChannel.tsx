import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { mapping } from "~/features/channels/guess";
import { type Mapped, MapSample } from "~/features/channels/Map";
import { type Content, publish, useTemplates } from "~/features/channels/read";
import { Sample } from "~/features/channels/Sample";
import { Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";
import "~/features/channels/channels.css";

type Said = { channel: string; zh: string; en?: string; priced_by: string; signature?: string };
const OWN = "own";
const PLAIN = "plain";
const SIGNATURES = ["", "shopify", "woocommerce", "douyin", "standard_webhooks"];

/** Add a channel: from one that ships, of the hub's own shape, or by a message that is pasted; tried before it counts. */
export default function NewChannel() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const go = useNavigate();
  const client = useQueryClient();
  const templates = useTemplates();
  const [kind, setKind] = useState("");
  const [payload, setPayload] = useState("");
  const [mapped, setMapped] = useState<Mapped>({ found: [], chosen: {} });
  const [form] = Form.useForm<Said>();
  const said: Partial<Said> = Form.useWatch([], form) ?? {};
  const shipped = templates.data?.find((each) => each.platform === kind);
  const content = (): Content => {
    const label = { zh: said.zh ?? "", en: said.en || said.zh || "" };
    if (shipped) return { ...shipped.content, label };
    const transport = { kind: "push", ...(said.signature ? { signature: said.signature } : {}) };
    const own = kind === OWN ? { mapping: mapping(said.channel || OWN, mapped.found, mapped.chosen) } : {};
    return { label, priced_by: said.priced_by ?? "channel", transport, ...own };
  };
  const add = useMutation({
    mutationFn: ({ channel }: Said) => publish(channel, content(), t("channels.added")),
    onSuccess: (_, { channel }) => {
      client.invalidateQueries({ queryKey: ["names"] });
      client.invalidateQueries({ queryKey: ["list", "channels"] });
      go({ to: `/channels/${channel}` as never });
    },
  });
  const choose = (next: string) => {
    setKind(next);
    const found = templates.data?.find((each) => each.platform === next)?.content as
      | { label?: { zh: string; en: string } }
      | undefined;
    if (found?.label && !form.getFieldValue("channel")) form.setFieldsValue({ channel: next, ...found.label });
  };
  const kinds = [
    ...(templates.data ?? []).map(({ platform, content: each }) => ({
      value: platform,
      label: (each as unknown as { label: Record<string, string> }).label[language] ?? platform,
    })),
    { value: PLAIN, label: t("channels.kind.plain") },
    { value: OWN, label: t("channels.kind.own") },
  ];
  return (
    <section className="channel-new" aria-label={t("channels.new")}>
      <h1>{t("channels.new")}</h1>
      <Part title="channels.step.kind">
        <div className="channel-kinds">
          {kinds.map((each) => (
            <button
              key={each.value}
              type="button"
              aria-pressed={kind === each.value}
              onClick={() => choose(each.value)}
            >
              {each.label}
            </button>
          ))}
        </div>
      </Part>
      {kind && (
        <>
          <Part title="channels.step.settings">
            <Form
              form={form}
              layout="vertical"
              className="account"
              initialValues={{ priced_by: "channel", signature: "" }}
              onFinish={(each) => add.mutate(each)}
            >
              <Form.Item
                name="channel"
                label={t("channels.column.channel")}
                extra={t("channels.code_hint")}
                rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,39}$/, message: t("channels.code_hint") }]}
              >
                <Input autoComplete="off" maxLength={40} />
              </Form.Item>
              <Form.Item
                name="zh"
                label={t("channels.name.zh")}
                rules={[{ required: true, message: t("list.doing.needed") }]}
              >
                <Input maxLength={60} />
              </Form.Item>
              <Form.Item name="en" label={t("channels.name.en")}>
                <Input maxLength={60} />
              </Form.Item>
              {!shipped && (
                <>
                  <Form.Item name="priced_by" label={t("channels.priced_by")}>
                    <Select
                      options={["channel", "hub"].map((value) => ({ value, label: t(`channels.priced_by.${value}`) }))}
                    />
                  </Form.Item>
                  <Form.Item name="signature" label={t("channels.signature")}>
                    <Select
                      options={SIGNATURES.map((value) => ({ value, label: value || t("channels.signature.none") }))}
                    />
                  </Form.Item>
                </>
              )}
            </Form>
          </Part>
          {kind === OWN && (
            <Part title="channels.step.map">
              <MapSample payload={payload} put={setPayload} mapped={mapped} map={setMapped} />
            </Part>
          )}
          <Part title="channels.step.try">
            <Sample
              channel={said.channel || "new"}
              content={content()}
              payload={kind === OWN ? payload : undefined}
              put={kind === OWN ? setPayload : undefined}
            />
          </Part>
          {add.error && <Trouble error={add.error} />}
          <Button type="primary" size="large" loading={add.isPending} onClick={() => form.submit()}>
            {t("channels.add")}
          </Button>
        </>
      )}
    </section>
  );
}
