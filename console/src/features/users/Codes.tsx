import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Switch, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { codesRequired, requireCodes } from "~/features/users/read";
import { useSaid } from "~/ui/Trouble";

/** Whether everybody here signs in with one-time codes; for those who may say so. */
export function Codes() {
  const { t } = useTranslation();
  const said = useSaid();
  const may = useMay();
  const client = useQueryClient();
  const { message } = App.useApp();
  const asked = useQuery({
    queryKey: ["users", "codes"],
    enabled: may("settings:read"),
    queryFn: ({ signal }) => codesRequired(signal),
  });
  if (!may("settings:write") || asked.data === undefined) return null;
  const change = async (on: boolean) => {
    try {
      await requireCodes(on);
      await client.invalidateQueries({ queryKey: ["users", "codes"] });
      await client.invalidateQueries({ queryKey: ["session"] });
    } catch (error) {
      message.error(said(error));
    }
  };
  return (
    <Tooltip title={t("users.codes_what")}>
      <span className="beside-switch">
        <Switch size="small" checked={asked.data} aria-label={t("users.codes")} onChange={change} /> {t("users.codes")}
      </span>
    </Tooltip>
  );
}
