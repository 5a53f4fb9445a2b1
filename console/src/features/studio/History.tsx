import { Button, Empty } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { Commenting } from "~/features/studio/Commenting";
import { Differing } from "~/features/studio/Differing";
import { type Content, type Key, rollBack, useHistory } from "~/features/studio/read";
import { useActor } from "~/ui/actors";
import { Badge } from "~/ui/Badge";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";

type Props = { of: Key; version: number; content: Content; done: () => void };

/** Every version: who published it, when and why; what it changed; and the way back to it. */
export function History({ of, version, content, done }: Props) {
  const { t } = useTranslation();
  const may = useMay()("documents:publish");
  const asked = useHistory(of, version);
  const [back, setBack] = useState<number | null>(null);
  const actor = useActor();
  const [open, setOpen] = useState<number | null>(null);
  if (version === 0) return <Empty description={t("studio.history.none")} />;
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  return (
    <ol className="versions">
      {(asked.data?.rows ?? []).map((each) => (
        <li key={each.version}>
          <div className="version">
            <b className="figure">{t("studio.history.version", { version: each.version })}</b>
            {each.version === version && !each.retired_at && <Badge tone="good">{t("studio.state.published")}</Badge>}
            {each.retired_at && <Badge>{t("studio.state.retired")}</Badge>}
            <span>{each.comment || <span className="faint">{t("studio.history.silent")}</span>}</span>
            <span className="grow" />
            <span className="faint">{actor(each.published_by ?? undefined)}</span>
            <When at={each.published_at} />
            {each.version > 1 && (
              <Button type="text" onClick={() => setOpen(open === each.version ? null : each.version)}>
                {t("studio.history.changes")}
              </Button>
            )}
            {may && (each.version !== version || each.retired_at) && (
              <Button onClick={() => setBack(each.version)}>{t("studio.history.back")}</Button>
            )}
          </div>
          {open === each.version && (
            <Differing
              of={of}
              before={each.version - 1}
              after={each.version}
              edition={0}
              unsaved={false}
              content={content}
            />
          )}
        </li>
      ))}
      {back !== null && (
        <Commenting
          title={t("studio.history.back_to", { version: back })}
          text={t("studio.history.back_text")}
          ok={t("studio.history.back")}
          run={(comment) => rollBack(of, back, comment)}
          close={(changed) => {
            setBack(null);
            if (changed) done();
          }}
        />
      )}
    </ol>
  );
}
