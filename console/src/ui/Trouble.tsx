import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useConnection } from "~/client/connection";
import { useLanguage } from "~/client/language";
import { Away, words } from "~/client/problems";

/** What an error says to people, in their language: the server's own words where it has some. That it did not answer is
 * said otherwise once it is back. */
export function useSaid(): (error: unknown) => string {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const connection = useConnection();
  const away = connection === "away" || connection === "offline" ? "shell.trouble.away" : "shell.trouble.back";
  return (error) => words(error, language) ?? t(error instanceof Away ? away : "shell.trouble.broken");
}

/** What went wrong, what to do, and a way to try again. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation();
  const said = useSaid();
  return (
    <Alert
      type={error instanceof Away ? "warning" : "error"}
      showIcon
      role="alert"
      title={said(error)}
      action={
        again && (
          <Button size="small" onClick={again}>
            {t("shell.again")}
          </Button>
        )
      }
    />
  );
}
