import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Commenting } from "~/features/studio/Commenting";
import { Moving } from "~/features/studio/flow/Moving";
import { type Content, type Finding, type Key, publish } from "~/features/studio/read";

const SHOWN_MAX = 5;

export type Moved = { moved?: number; left?: number };

type Props = {
  of: Key;
  edition: number;
  version: number;
  content: Content;
  findings: Finding[];
  /** Runs of the flow wait: whoever publishes says by which version they go on. */
  waiting: boolean;
  told: (moved: Moved | null) => void;
  close: (changed: boolean) => void;
};

/** Puts a draft in force, once what it would bring has been read: its warnings, and how many waiting runs fit it. */
export function Publishing({ of, edition, version, content, findings, waiting, told, close }: Props) {
  const { t, i18n } = useTranslation();
  const [moves, setMoves] = useState(false);
  return (
    <Commenting
      title={t("studio.publish.title", { version: version + 1 })}
      text={findings.length > 0 ? t("studio.publish.warnings", { count: findings.length }) : t("studio.publish.text")}
      before={
        findings.length > 0 && (
          <ul className="publish-warnings" data-testid="publish-warnings">
            {findings.slice(0, SHOWN_MAX).map((each) => (
              <li key={`${each.kind}/${each.name}${each.path}${each.code}${each.zh}`}>
                {i18n.language === "en" ? each.en : each.zh}
              </li>
            ))}
            {findings.length > SHOWN_MAX && (
              <li className="faint">{t("studio.publish.more", { count: findings.length - SHOWN_MAX })}</li>
            )}
          </ul>
        )
      }
      ok={t("studio.publish.button")}
      run={async (comment) => {
        const made = await publish(of, edition, comment, content, moves);
        told(made.moved?.[0] ?? null);
      }}
      close={close}
    >
      {waiting && <Moving moves={moves} set={setMoves} />}
    </Commenting>
  );
}
