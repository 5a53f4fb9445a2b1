import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useWelcome } from "~/client/session";
import { Entrance } from "~/features/sessions/Entrance";
import { useSaid } from "~/ui/Trouble";

type Typed = { login: string; name: string; password: string };

/** What the address says behind its hash, which browsers send nowhere: whom the link is for, the token too. */
const behind = () => new URLSearchParams(window.location.hash.slice(1));

function token(): string {
  return behind().get("token") ?? new URLSearchParams(window.location.search).get("token") ?? "";
}

/** Who follows a one-time link chooses a login and a password here, and is signed in. */
export default function Welcome() {
  const { t } = useTranslation();
  const said = useSaid();
  const welcome = useWelcome();
  const enter = (typed: Typed) =>
    welcome.mutate({ token: token(), ...typed }, { onSuccess: () => window.location.assign("/") });
  const rules = [{ required: true, message: t("sessions.needed") }];
  return (
    <Entrance title={t("sessions.welcome.title")}>
      <Form<Typed>
        layout="vertical"
        size="large"
        initialValues={{ login: behind().get("login") ?? "", name: behind().get("name") ?? "" }}
        onFinish={enter}
        requiredMark={false}
      >
        <Form.Item name="login" label={t("sessions.login")} rules={rules}>
          <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item name="name" label={t("sessions.name")} rules={rules}>
          <Input autoComplete="name" />
        </Form.Item>
        <Form.Item name="password" label={t("sessions.password")} extra={t("sessions.password_how")} rules={rules}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {welcome.error && <Alert type="error" role="alert" showIcon title={said(welcome.error)} />}
        <Button type="primary" htmlType="submit" block loading={welcome.isPending} className="entrance-go">
          {t("sessions.welcome.go")}
        </Button>
      </Form>
    </Entrance>
  );
}
