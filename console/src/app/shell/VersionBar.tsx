import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNewVersion } from "~/app/versions";

/** Says that there is a newer console, which is taken when one wants it: nothing reloads by itself under a person. */
export function VersionBar() {
  const { t } = useTranslation();
  const take = useNewVersion();
  if (!take) return null;
  return (
    <Alert
      banner
      role="status"
      type="info"
      title={
        <>
          {t("shell.version.new")}{" "}
          <Button size="small" type="link" onClick={take}>
            {t("shell.version.take")}
          </Button>
        </>
      }
    />
  );
}
