import { CopyOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Popconfirm, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { dropSecret, keepSecret, useSignature } from "~/features/channels/read";
import { Badge } from "~/ui/Badge";
import { Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";

/** An address or a key with a button that takes it along. */
export function Copied({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    message.success(t("channels.copied"));
  };
  return (
    <Space.Compact className="copied">
      <Input readOnly value={text} aria-label={label} onFocus={(event) => event.target.select()} />
      <Button icon={<CopyOutlined />} aria-label={t("channels.copy", { what: label })} onClick={copy} />
    </Space.Compact>
  );
}

/** Where the platform pushes to, and what it signs with: written, replaced, forgotten, never shown. */
export function Push({ channel }: { channel: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay()("channels:write");
  const asked = useSignature(channel);
  const [form] = Form.useForm<{ secret: string; app_key?: string }>();
  const changed = () => {
    form.resetFields();
    client.invalidateQueries({ queryKey: ["channels", channel, "signature"] });
  };
  const keep = useMutation({
    mutationFn: (said: { secret: string; app_key?: string }) => keepSecret(channel, said.secret, said.app_key ?? ""),
    onSuccess: changed,
  });
  const drop = useMutation({ mutationFn: () => dropSecret(channel), onSuccess: changed });
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  if (!asked.data) return null;
  const { signature, address, secret } = asked.data;
  const origin = window.location.origin;
  const path = address.replace(/^https?:\/\/[^/]+/, "");
  return (
    <>
      <Part title="channels.part.address">
        {signature && <Copied text={`${origin}${path}`} label={t("channels.push_address")} />}
        <p className="faint">{t(signature ? "channels.push_hint" : "channels.keyed_hint")}</p>
        {!signature && (
          <Copied text={`${origin}/api/v1/channels/${channel}/messages`} label={t("channels.keyed_address")} />
        )}
      </Part>
      {signature && (
        <Part
          title="channels.part.secret"
          end={
            <Badge tone={secret ? "good" : "warn"}>{t(secret ? "channels.secret.kept" : "channels.secret.none")}</Badge>
          }
        >
          {may && (
            <Form form={form} layout="inline" onFinish={(said) => keep.mutate(said)}>
              {signature === "douyin" && (
                <Form.Item name="app_key" rules={[{ required: true, message: t("list.doing.needed") }]}>
                  <Input placeholder={t("channels.secret.app_key")} aria-label={t("channels.secret.app_key")} />
                </Form.Item>
              )}
              <Form.Item name="secret" rules={[{ required: true, message: t("list.doing.needed") }]}>
                <Input.Password
                  autoComplete="new-password"
                  placeholder={t("channels.secret.type")}
                  aria-label={t("channels.secret.type")}
                />
              </Form.Item>
              <Button htmlType="submit" type="primary" loading={keep.isPending}>
                {t(secret ? "channels.secret.rotate" : "channels.secret.keep")}
              </Button>
              {secret && (
                <Popconfirm
                  title={t("channels.secret.drop_sure")}
                  okText={t("channels.secret.drop")}
                  cancelText={t("shell.cancel")}
                  onConfirm={() => drop.mutate()}
                >
                  <Button danger>{t("channels.secret.drop")}</Button>
                </Popconfirm>
              )}
            </Form>
          )}
          {(keep.error ?? drop.error) && <Trouble error={keep.error ?? drop.error} />}
        </Part>
      )}
      <p className="faint">{t("channels.secret.hint")}</p>
    </>
  );
}
