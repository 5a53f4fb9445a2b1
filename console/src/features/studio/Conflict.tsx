import { Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import type { Drafting } from "~/features/studio/drafts";
import { Places } from "~/features/studio/Places";
import { type Difference, type Key, type Kind, whole } from "~/features/studio/read";
import { short } from "~/kit/times";

type Told = { by?: string; at?: string; edition?: number; differences?: Difference[] };

/** Another saved meanwhile: who, when, what differs; whose goes on is chosen, and what was typed stays until then. */
export function Conflict({ of, kind, draft }: { of: Key; kind: Kind; draft: Drafting }) {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  const { zone } = useNames();
  const [running, setRunning] = useState(false);
  const told = (draft.conflict?.body.data ?? {}) as Told;
  if (!draft.conflict) return null;
  const mine = async () => {
    setRunning(true);
    await draft.keep(told.edition ?? 0).finally(() => setRunning(false));
  };
  const theirs = async () => {
    setRunning(true);
    const next = await whole(of, kind, new AbortController().signal).finally(() => setRunning(false));
    draft.take(next);
    await draft.fresh();
  };
  return (
    <Modal
      open
      width={720}
      title={t("studio.conflict.title", { by: told.by ?? "" })}
      onCancel={draft.leave}
      footer={
        <>
          <Button onClick={draft.leave}>{t("studio.conflict.later")}</Button>
          <Button danger loading={running} onClick={theirs}>
            {t("studio.conflict.theirs")}
          </Button>
          <Button type="primary" loading={running} onClick={mine}>
            {t("studio.conflict.mine")}
          </Button>
        </>
      }
    >
      <p>{t("studio.conflict.text", { at: told.at ? short(told.at, locale, zone) : "" })}</p>
      <Places places={told.differences ?? []} />
    </Modal>
  );
}
