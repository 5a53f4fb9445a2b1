import { BellOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Badge, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { useUnseen } from "~/features/notices/read";

/** The way to what one was told, with how much of it is new. */
export function Bell() {
  const { t } = useTranslation();
  const go = useNavigate();
  const unseen = useUnseen();
  if (!useMay()("notices:read")) return null;
  return (
    <Badge count={unseen} size="small" overflowCount={9} offset={[2, 3]}>
      <Button
        type="text"
        icon={<BellOutlined />}
        aria-label={t("notices.bell", { count: unseen })}
        onClick={() => go({ to: "/notices", search: (unseen ? { unseen: "true" } : {}) as never })}
      />
    </Badge>
  );
}
