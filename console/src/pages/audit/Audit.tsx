import { FileDoneOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { declare } from "~/features/audit/list";
import { exported } from "~/features/audit/read";
import { useWords } from "~/features/audit/words";
import { ListPage } from "~/ui/list/ListPage";
import { useNarrowed } from "~/ui/list/useList";

/** What there is to be looked for in the trail; the first _ is a dot there. */
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
  "document_draft_saved",
  "document_draft_dropped",
  "message_sent_again",
  "message_discarded",
  "message_restored",
  "tracking_ended",
  "outbox_requeued",
  "outbox_given_up",
  "breaker_tripped",
  "breaker_lifted",
  "channel_account_kept",
  "channel_account_dropped",
  "channel_signature_kept",
  "channel_signature_dropped",
  "channel_dry_run",
];

/** The audit trail: who, when, what, from where, before and after. */
export default function Audit() {
  const { t } = useTranslation();
  const words = useWords();
  const [search] = useNarrowed();
  const list = useMemo(() => {
    const whats = WHATS.map((key) => key.replace("_", ".")).map((value) => ({ value, label: words.what(value) }));
    const extra = (
      <Button icon={<FileDoneOutlined />} href={exported(search)} download>
        {t("audit.export")}
      </Button>
    );
    return declare({ words, whats, extra });
  }, [t, words, search]);
  return <ListPage list={list} />;
}
