import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { useConnection } from "~/client/connection";

/** Says when the server is slow, cannot be reached, or this device has no network; nothing while all is well. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const connection = useConnection();
  if (connection === "live") return null;
  return (
    <Alert
      banner
      showIcon
      role="status"
      type={connection === "slow" ? "info" : "warning"}
      title={t(`shell.connection.${connection}`)}
    />
  );
}
