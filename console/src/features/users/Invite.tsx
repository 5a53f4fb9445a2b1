import { UserAddOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Invited, invite, type Wanted } from "~/features/users/read";
import type { Choice } from "~/ui/list/declaration";
import { useSaid } from "~/ui/Trouble";

/** Ask somebody in: a login and roles; the link is then shown once. */
export function Invite({ roles, tell }: { roles: Choice[]; tell: (links: Invited[]) => void }) {
  const { t } = useTranslation();
  const said = useSaid();
  const client = useQueryClient();
  const [form] = Form.useForm<Wanted>();
  const [asked, setAsked] = useState(false);
  const [running, setRunning] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const send = async (typed: Wanted) => {
    setRunning(true);
    setFailed(null);
    try {
      const made = await invite({ ...typed, login: typed.login.trim(), customer_no: typed.customer_no ?? "" });
      await client.invalidateQueries({ queryKey: ["list", "users"] });
      setAsked(false);
      form.resetFields();
      tell([made]);
    } catch (error) {
      setFailed(error);
    } finally {
      setRunning(false);
    }
  };
  const rules = [{ required: true, message: t("users.needed") }];
  return (
    <>
      <Button type="primary" icon={<UserAddOutlined />} onClick={() => setAsked(true)}>
        {t("users.invite.button")}
      </Button>
      <Modal
        open={asked}
        title={t("users.invite.button")}
        okText={t("users.invite.ok")}
        cancelText={t("shell.cancel")}
        confirmLoading={running}
        mask={{ closable: false }}
        onOk={() => form.submit()}
        onCancel={() => setAsked(false)}
      >
        <Form form={form} layout="vertical" requiredMark="optional" onFinish={send}>
          <Form.Item name="login" label={t("users.invite.login")} extra={t("users.invite.hint")} rules={rules}>
            <Input autoFocus maxLength={128} autoComplete="off" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="name" label={t("users.invite.name")}>
            <Input maxLength={128} autoComplete="off" />
          </Form.Item>
          <Form.Item name="roles" label={t("users.invite.roles")} rules={rules}>
            <Select mode="multiple" options={roles} showSearch={{ optionFilterProp: "label" }} />
          </Form.Item>
          <Form.Item name="customer_no" label={t("users.invite.customer_no")}>
            <Input maxLength={128} autoComplete="off" />
          </Form.Item>
          {failed !== null && <Alert type="error" role="alert" showIcon title={said(failed)} />}
        </Form>
      </Modal>
    </>
  );
}

/** Links that let users in once, to be sent to them; they are shown this once. */
export function Links({ links, close }: { links: Invited[]; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={links.length > 0}
      title={t("users.links.title")}
      footer={<Button onClick={close}>{t("shell.close")}</Button>}
      mask={{ closable: false }}
      onCancel={close}
    >
      <p>{t("users.links.what")}</p>
      {links.map((each) =>
        each.path ? (
          <Form.Item key={each.login} label={each.login} layout="vertical">
            <Input readOnly value={window.location.origin + each.path} aria-label={each.login} className="code" />
            <Button size="small" onClick={() => navigator.clipboard?.writeText(window.location.origin + each.path)}>
              {t("users.links.copy")}
            </Button>
          </Form.Item>
        ) : (
          <p key={each.login}>{t("users.links.none", { login: each.login })}</p>
        ),
      )}
    </Modal>
  );
}
