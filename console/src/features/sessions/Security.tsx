import { Alert, App, Button, Card, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "~/client/session";
import { type Place, useEnd, useEndCode, usePassword, usePlaces } from "~/features/sessions/read";
import { SetUp } from "~/features/sessions/SetUp";
import { Badge } from "~/ui/Badge";
import { Trouble, useSaid } from "~/ui/Trouble";
import { When } from "~/ui/Words";

/** Another password; every other place is signed out by it. */
export function PasswordCard() {
  const { t } = useTranslation();
  const said = useSaid();
  const { message } = App.useApp();
  const change = usePassword();
  const [form] = Form.useForm<{ old: string; new: string }>();
  const { password } = useSession();
  const rules = [{ required: true, message: t("sessions.needed") }];
  const save = (typed: { old: string; new: string }) =>
    change.mutate(typed, {
      onSuccess: () => {
        form.resetFields();
        message.success(t("sessions.password_changed"));
      },
    });
  return (
    <Card title={t("sessions.password")}>
      {password ? (
        <Form form={form} layout="vertical" requiredMark={false} onFinish={save}>
          <Form.Item name="old" label={t("sessions.password_now")} rules={rules}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Form.Item name="new" label={t("sessions.password_new")} extra={t("sessions.password_how")} rules={rules}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          {change.error && <Alert type="error" role="alert" showIcon title={said(change.error)} />}
          <Button type="primary" htmlType="submit" loading={change.isPending}>
            {t("sessions.password_change")}
          </Button>
        </Form>
      ) : (
        <p>{t("sessions.password_none")}</p>
      )}
    </Card>
  );
}

/** One-time codes: whether they are on, the way to set them up, and to end them. */
export function CodesCard() {
  const { t } = useTranslation();
  const { code } = useSession();
  const [open, setOpen] = useState<"set_up" | "end" | null>(null);
  const close = () => setOpen(null);
  return (
    <Card
      title={t("sessions.code_card")}
      extra={<Badge tone={code === "on" ? "good" : "warn"}>{t(code === "on" ? "sessions.on" : "sessions.off")}</Badge>}
    >
      <p>{t(code === "on" ? "sessions.code_on" : "sessions.set_up.why")}</p>
      {code === "on" ? (
        <Button onClick={() => setOpen("end")}>{t("sessions.code_end")}</Button>
      ) : (
        <Button type="primary" onClick={() => setOpen("set_up")}>
          {t("sessions.set_up.begin")}
        </Button>
      )}
      <Modal
        open={open !== null}
        destroyOnHidden
        footer={null}
        mask={{ closable: false }}
        onCancel={close}
        title={t(open === "end" ? "sessions.code_end" : "sessions.set_up.title")}
      >
        {open === "end" ? <Ending done={close} /> : <SetUp done={close} />}
      </Modal>
    </Card>
  );
}

function Ending({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const said = useSaid();
  const end = useEndCode();
  const { password } = useSession();
  return (
    <Form<{ password?: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={(typed) => end.mutate(typed.password ?? "", { onSuccess: done })}
    >
      <p>{t("sessions.code_end_what")}</p>
      {password && (
        <Form.Item name="password" label={t("sessions.password_now")}>
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
      )}
      {end.error && <Alert type="error" role="alert" showIcon title={said(end.error)} />}
      <Button danger htmlType="submit" loading={end.isPending}>
        {t("sessions.code_end")}
      </Button>
    </Form>
  );
}

/** Where one is signed in, and out of each but this. */
export function PlacesCard() {
  const { t } = useTranslation();
  const asked = usePlaces();
  const end = useEnd();
  const places = asked.data ?? [];
  return (
    <Card
      title={t("sessions.places")}
      loading={asked.isPending}
      extra={
        places.length > 1 && (
          <Button size="small" loading={end.isPending} onClick={() => end.mutate(undefined)}>
            {t("sessions.end_others")}
          </Button>
        )
      }
    >
      {(asked.error || end.error) && <Trouble error={asked.error ?? end.error} again={() => asked.refetch()} />}
      <ul className="places">
        {places.map((each) => (
          <li key={each.session_id}>
            <div>
              <b>{browserOf(each)}</b> {each.own && <Badge tone="good">{t("sessions.here")}</Badge>}
              <div className="faint">
                {each.address} · {t("sessions.seen")} <When at={each.seen_at} /> ·{" "}
                {t(`sessions.by_way.${each.way.split("/")[0]}`)}
              </div>
            </div>
            {!each.own && (
              <Button size="small" onClick={() => end.mutate(each.session_id)}>
                {t("sessions.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

const BROWSERS = ["Edg", "OPR", "Firefox", "Chrome", "Safari"];
const SYSTEMS = ["Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux"];

/** A browser as people know it; what it calls itself where nobody knows it. */
function browserOf(place: Place): string {
  const browser = BROWSERS.find((each) => place.agent.includes(`${each}/`));
  const system = SYSTEMS.find((each) => place.agent.includes(each));
  const named = [browser === "Edg" ? "Edge" : browser === "OPR" ? "Opera" : browser, system].filter(Boolean);
  return named.join(" · ") || place.agent || "—";
}
