import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";

const DOORS = ["session", "key", "desk", "hub", "sign_in"];

/** From where somebody acted, short: the door and the address; all of it on hover. */
export function Origin({ origin }: { origin: string }) {
  const { t } = useTranslation();
  const [said = "", ...rest] = origin.split(" ");
  const door = said.replace("-", "_");
  // A session or a key stands with its id, before the address.
  const address = rest[door === "session" || door === "key" ? 1 : 0] ?? "";
  if (!DOORS.includes(door)) return <span className="faint">{origin}</span>;
  return (
    <Tooltip title={origin} mouseEnterDelay={0.4}>
      <span className="faint">{[t(`audit.door.${door}`), address].filter(Boolean).join(" · ")}</span>
    </Tooltip>
  );
}
