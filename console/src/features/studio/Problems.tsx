import { Empty } from "antd";
import { useTranslation } from "react-i18next";
import type { Finding } from "~/features/studio/read";
import { Badge } from "~/ui/Badge";

const TONES: Record<string, "bad" | "warn" | "plain"> = { error: "bad", warning: "warn" };

type Props = { findings: Finding[]; checked: { publishable: boolean } | null; show: (finding: Finding) => void };

/** What is wrong with a draft; a click leads to its place. */
export function Problems({ findings, checked, show }: Props) {
  const { t, i18n } = useTranslation();
  if (findings.length === 0)
    return (
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={t(checked ? "studio.problems.none" : "studio.problems.unchecked")}
      />
    );
  return (
    <ol className="problems" data-testid="problems">
      {findings.map((each) => (
        <li key={`${each.kind}/${each.name}${each.path}${each.code}${each.zh}`}>
          <button type="button" className="plain" onClick={() => show(each)}>
            <Badge tone={TONES[each.level] ?? "plain"}>{t(`studio.level.${each.level}`)}</Badge>{" "}
            {i18n.language === "en" ? each.en : each.zh}
          </button>
          {each.because_of && <div className="faint">{t("studio.problems.because", { name: each.because_of })}</div>}
        </li>
      ))}
    </ol>
  );
}
