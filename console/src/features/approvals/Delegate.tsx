import { SwapOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, AutoComplete, Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, once, told } from "~/client/api";
import { useMay, useSession } from "~/client/session";
import { useSaid } from "~/ui/Trouble";

type Sent = { to: string; comment?: string };

/** Send another in one's place: people are proposed to whoever may see them, else a login is typed. */
export function Delegate({ approvalId }: { approvalId: string }) {
  const { t } = useTranslation();
  const said = useSaid();
  const client = useQueryClient();
  const { user } = useSession();
  const sees = useMay()("users:read");
  const [form] = Form.useForm<Sent>();
  const [key, setKey] = useState<ReturnType<typeof once> | null>(null);
  const people = useQuery({
    queryKey: ["users"],
    enabled: key !== null && sees,
    queryFn: ({ signal }) => told(api.GET("/api/v1/users", { signal })),
  });
  const send = useMutation({
    mutationFn: ({ to, comment = "" }: Sent) =>
      told(
        api.POST("/api/v1/approvals/{approval_id}/delegate", {
          params: { path: { approval_id: approvalId } },
          body: { to: to.trim(), comment: comment.trim() },
          headers: key ?? once(),
        }),
      ),
    onSuccess: () => {
      setKey(null);
      client.invalidateQueries({ queryKey: ["approvals"] });
    },
  });
  const options = (people.data ?? [])
    .filter((each) => each.login !== user.login)
    .map((each) => ({ value: each.login, label: [each.name, each.login].filter(Boolean).join(" ") }));
  return (
    <>
      <Button size="large" icon={<SwapOutlined />} onClick={() => setKey(once())}>
        {t("approvals.delegate")}
      </Button>
      <Modal
        open={key !== null}
        title={t("approvals.delegate.title")}
        okText={t("approvals.delegate")}
        cancelText={t("shell.cancel")}
        confirmLoading={send.isPending}
        destroyOnHidden
        onOk={() => form.submit()}
        onCancel={() => setKey(null)}
      >
        <Form form={form} layout="vertical" preserve={false} requiredMark="optional" onFinish={(to) => send.mutate(to)}>
          <Form.Item
            name="to"
            label={t("approvals.delegate.to")}
            extra={t("approvals.delegate.kept")}
            rules={[{ required: true, whitespace: true, message: t("approvals.delegate.needed") }]}
          >
            <AutoComplete
              autoFocus
              options={options}
              showSearch={{ filterOption: (typed, option) => option?.label.includes(typed) ?? false }}
            />
          </Form.Item>
          <Form.Item name="comment" label={t("approvals.delegate.comment")}>
            <Input.TextArea autoSize={{ minRows: 1, maxRows: 3 }} maxLength={500} />
          </Form.Item>
        </Form>
        {send.error && <Alert type="error" role="alert" showIcon title={said(send.error)} />}
      </Modal>
    </>
  );
}
