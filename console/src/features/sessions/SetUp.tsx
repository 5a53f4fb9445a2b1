import { CopyOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, QRCode } from "antd";
import { useTranslation } from "react-i18next";
import { useRenew, useSession } from "~/client/session";
import { useBeginCode, useConfirmCode } from "~/features/sessions/read";
import { useSaid } from "~/ui/Trouble";
import "~/features/sessions/sessions.css";

/** Set one-time codes up: the password, the QR code with a first code of it, and the recovery codes to be kept. */
export function SetUp({ done }: { done?: () => void }) {
  const renew = useRenew();
  const begin = useBeginCode();
  const confirm = useConfirmCode();
  const recovery = confirm.data?.recovery_codes;
  const finish = async () => {
    done?.();
    await renew();
  };
  if (recovery) return <Recovery codes={recovery} finish={finish} />;
  if (begin.data) return <Scan begun={begin.data} confirm={confirm} />;
  return <Begin begin={begin} />;
}

function Begin({ begin }: { begin: ReturnType<typeof useBeginCode> }) {
  const { t } = useTranslation();
  const said = useSaid();
  const { password } = useSession();
  return (
    <Form<{ password?: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={(typed) => begin.mutate(typed.password ?? "")}
    >
      <p className="faint">{t("sessions.set_up.why")}</p>
      {password && (
        <Form.Item
          name="password"
          label={t("sessions.password_now")}
          rules={[{ required: true, message: t("sessions.needed") }]}
        >
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
      )}
      {begin.error && <Alert type="error" role="alert" showIcon title={said(begin.error)} />}
      <Button type="primary" htmlType="submit" block loading={begin.isPending} className="entrance-go">
        {t("sessions.set_up.begin")}
      </Button>
    </Form>
  );
}

type Scanned = { begun: { secret: string; uri: string }; confirm: ReturnType<typeof useConfirmCode> };

function Scan({ begun, confirm }: Scanned) {
  const { t } = useTranslation();
  const said = useSaid();
  const parts = begun.secret.match(/.{1,4}/g) ?? [];
  return (
    <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={({ code }) => confirm.mutate(code)}>
      <p className="faint">{t("sessions.set_up.scan")}</p>
      <div className="scan">
        <QRCode
          aria-label={t("sessions.set_up.qr")}
          value={begun.uri}
          size={180}
          bordered={false}
          bgColor="#ffffff"
          color="#000000"
        />
        <code>{parts.join(" ")}</code>
      </div>
      <Form.Item name="code" label={t("sessions.code")} rules={[{ required: true, message: t("sessions.needed") }]}>
        <Input autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={12} />
      </Form.Item>
      {confirm.error && <Alert type="error" role="alert" showIcon title={said(confirm.error)} />}
      <Button type="primary" htmlType="submit" block loading={confirm.isPending} className="entrance-go">
        {t("sessions.set_up.confirm")}
      </Button>
    </Form>
  );
}

function Recovery({ codes, finish }: { codes: string[]; finish: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Alert type="warning" showIcon title={t("sessions.set_up.recovery")} />
      <ul className="recovery">
        {codes.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <Button
        block
        icon={<CopyOutlined aria-hidden />}
        onClick={() => navigator.clipboard?.writeText(codes.join("\n"))}
      >
        {t("sessions.set_up.copy")}
      </Button>
      <Button type="primary" block className="entrance-go" onClick={finish}>
        {t("sessions.set_up.kept")}
      </Button>
    </>
  );
}
