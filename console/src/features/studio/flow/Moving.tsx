import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";

/** Whether runs that wait go on by the version that is published. */
export function Moving({ moves, set }: { moves: boolean; set: (moves: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <p>
      <Checkbox checked={moves} onChange={(event) => set(event.target.checked)}>
        {t("flows.move_runs")}
      </Checkbox>
      <span className="faint">{t("flows.move_runs_text")}</span>
    </p>
  );
}
