import { LoginOutlined } from "@ant-design/icons";
import { Alert, Button, Divider } from "antd";
import { useTranslation } from "react-i18next";
import { useGo, useProviders } from "~/features/sessions/read";
import { useSaid } from "~/ui/Trouble";

/** The buttons of those by whom one may sign in; nothing where there are none. */
export function Providers() {
  const { t } = useTranslation();
  const said = useSaid();
  const go = useGo();
  const providers = useProviders().data ?? [];
  if (providers.length === 0) return null;
  return (
    <div className="providers">
      <Divider plain>{t("sessions.or")}</Divider>
      {providers.map((each) => (
        <Button
          key={each.name}
          block
          size="large"
          icon={<LoginOutlined aria-hidden />}
          loading={go.isPending && go.variables === each.name}
          disabled={go.isPending}
          onClick={() => go.mutate(each.name)}
        >
          {t("sessions.by", { provider: each.title })}
        </Button>
      ))}
      {go.error && <Alert type="error" role="alert" showIcon title={said(go.error)} />}
    </div>
  );
}
