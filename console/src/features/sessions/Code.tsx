import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useSession, useSignOut } from "~/client/session";
import { Entrance } from "~/features/sessions/Entrance";
import { useProve } from "~/features/sessions/read";
import { SetUp } from "~/features/sessions/SetUp";
import { useSaid } from "~/ui/Trouble";

/** Stands before everything while a one-time code lacks: it is asked for, or set up first. */
export default function Code() {
  const { t } = useTranslation();
  const { code } = useSession();
  const signOut = useSignOut();
  return (
    <Entrance title={t(code === "asked" ? "sessions.prove.title" : "sessions.set_up.needed")}>
      {code === "asked" ? <Prove /> : <SetUp />}
      <Button type="link" block className="entrance-go" onClick={() => signOut.mutate()}>
        {t("shell.sign_out")}
      </Button>
    </Entrance>
  );
}

function Prove() {
  const { t } = useTranslation();
  const said = useSaid();
  const prove = useProve();
  return (
    <Form<{ code: string }>
      layout="vertical"
      size="large"
      requiredMark={false}
      onFinish={({ code }) => prove.mutate(code)}
    >
      <Form.Item
        name="code"
        label={t("sessions.code")}
        extra={t("sessions.code_where")}
        rules={[{ required: true, message: t("sessions.needed") }]}
      >
        <Input autoFocus autoComplete="one-time-code" maxLength={24} />
      </Form.Item>
      {prove.error && <Alert type="error" role="alert" showIcon title={said(prove.error)} />}
      <Button type="primary" htmlType="submit" block loading={prove.isPending} className="entrance-go">
        {t("sessions.prove.go")}
      </Button>
    </Form>
  );
}
