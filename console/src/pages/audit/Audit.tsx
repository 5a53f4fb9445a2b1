import { FileDoneOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { declare } from "~/features/audit/list";
import { exported } from "~/features/audit/read";
import { ListPage } from "~/ui/list/ListPage";
import { useNarrowed } from "~/ui/list/useList";

/** What the trail knows by a name of its own; the first _ is a dot there. */
const WHATS = [
  "session",
  "session_opened",
  "session_closed",
  "session_refused",
  "permission_refused",
  "person_revealed",
  "user",
  "user_invited",
  "user_roles_given",
  "user_disabled",
  "user_enabled",
  "user_reset",
  "user_linked",
  "user_joined",
  "password_changed",
  "password_refused",
  "code_confirmed",
  "code_ended",
  "code_shown",
  "key_made",
  "key_revoked",
  "settings_changed",
  "audit_exported",
  "message_opened",
  "import_errors_opened",
  "provider_entered",
  "provider_removed",
  "document_published",
  "document_retired",
];

/** The audit trail: who, when, what, from where, before and after. */
export default function Audit() {
  const { t } = useTranslation();
  const [search] = useNarrowed();
  const list = useMemo(() => {
    const named = (what: string) => {
      const key = what.replace(".", "_");
      return WHATS.includes(key) ? t(`audit.what.${key}`) : what;
    };
    const whats = WHATS.map((key) => key.replace("_", ".")).map((value) => ({ value, label: named(value) }));
    const extra = (
      <Button icon={<FileDoneOutlined />} href={exported(search)} download>
        {t("audit.export")}
      </Button>
    );
    return declare({ t, named, whats, extra });
  }, [t, search]);
  return <ListPage list={list} />;
}
