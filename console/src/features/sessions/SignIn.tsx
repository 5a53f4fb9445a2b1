import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/client/problems";
import { useSignIn } from "~/client/session";
import { Entrance } from "~/features/sessions/Entrance";
import { Providers } from "~/features/sessions/Providers";
import { useSaid } from "~/ui/Trouble";

type Typed = { login: string; password: string; code?: string };

/** Login and password; the code of an authenticator is asked for only where the account has one. */
export default function SignIn() {
  const { t } = useTranslation();
  const said = useSaid();
  const signIn = useSignIn();
  const [wantsCode, setWantsCode] = useState(false);
  const needed = signIn.error instanceof Problem && signIn.error.said.code === "session.code_needed";
  const enter = (typed: Typed) =>
    signIn.mutate(typed, {
      onError: (error) => {
        if (error instanceof Problem && error.said.code === "session.code_needed") setWantsCode(true);
      },
    });
  return (
    <Entrance title={t("sessions.sign_in.title")}>
      <Form<Typed> layout="vertical" size="large" onFinish={enter} requiredMark={false}>
        <Form.Item name="login" label={t("sessions.login")} rules={[{ required: true, message: t("sessions.needed") }]}>
          <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("sessions.password")}
          rules={[{ required: true, message: t("sessions.needed") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {wantsCode && (
          <Form.Item name="code" label={t("sessions.code")} extra={t("sessions.code_where")}>
            <Input autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={12} />
          </Form.Item>
        )}
        {signIn.error && !needed && <Alert type="error" role="alert" showIcon title={said(signIn.error)} />}
        <Button type="primary" htmlType="submit" block loading={signIn.isPending} className="entrance-go">
          {t("sessions.sign_in.go")}
        </Button>
      </Form>
      <Providers />
    </Entrance>
  );
}
