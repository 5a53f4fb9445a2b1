import { useQuery } from "@tanstack/react-query";
import { Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { both, useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { lean } from "~/features/studio/designer/model";
import type { Drawn } from "~/features/studio/drawn";
import { TRACK } from "~/kit/stages";
import "~/features/studio/stages/stages.css";

type Stage = {
  anchor: string;
  title?: { zh: string; en: string };
  hidden?: boolean;
  sources?: string[];
  role?: string;
};
const NEVER_HIDDEN = new Set(["received", "delivered"]);
const SOURCED = new Set(["picked", "packed", "shipped", "delivered"]);

/** The way of an order, stage by stage: what each is called, whether it is shown, who is trusted for it, who confirms it. */
export default function Stages({ content, findings, locked, write }: Drawn) {
  const { t, i18n } = useTranslation();
  const names = useNames();
  const { language: screen } = useLanguage();
  const [sources = [], roles = []] = (["sources", "roles"] as const).map((kind) =>
    Object.entries(names[kind]).map(([value, said]) => ({ value, label: said[screen] ?? value })),
  );
  // A title that is changed is kept in both languages, the one that is not on the screen too.
  const spoken = useQuery({ queryKey: ["texts"], queryFn: both, staleTime: Number.POSITIVE_INFINITY }).data ?? false;
  const stages = (content.stages as Stage[] | undefined) ?? [];
  const put = (anchor: string, part: Partial<Stage>) => {
    const before = stages.find((each) => each.anchor === anchor) ?? { anchor };
    const next = lean({ ...before, ...part });
    const said = Object.keys(next).length > 1;
    const others = stages.filter((each) => each.anchor !== anchor);
    const all = said ? [...others, next as Stage] : others;
    write({
      ...content,
      stages: all.sort((one, other) => TRACK.indexOf(one.anchor) - TRACK.indexOf(other.anchor)),
    });
  };
  return (
    <ol className="stages" data-testid="stages">
      {TRACK.map((anchor, place) => {
        const stage = stages.find((each) => each.anchor === anchor) ?? { anchor };
        const at = stages.findIndex((each) => each.anchor === anchor);
        // Whoever holds a role may be trusted by it; it is called so.
        const named = roles.filter((each) => stage.sources?.includes(each.value));
        const trusted = [...sources, ...named.filter((each) => !sources.some((one) => one.value === each.value))];
        const wrong = findings.filter((each) => at >= 0 && each.path.startsWith(`/stages/${at}`));
        const usual = { zh: i18n.getFixedT("zh")(`stages.${anchor}`), en: i18n.getFixedT("en")(`stages.${anchor}`) };
        const name = t(`stages.${anchor}`);
        const title = (language: "zh" | "en", text: string) => {
          const said = { ...(stage.title ?? usual), [language]: text || usual[language] };
          put(anchor, { title: said.zh === usual.zh && said.en === usual.en ? undefined : said });
        };
        return (
          <li key={anchor} className={stage.hidden ? "stage hidden" : "stage"} data-path={`/stages/${at}`}>
            <span className="stage-no figure">{place + 1}</span>
            <b className="stage-name">{name}</b>
            {(["zh", "en"] as const).map((language) => (
              <Input
                key={language}
                aria-label={`${name} ${t(`dictionary.${language}`)}`}
                placeholder={spoken ? usual[language] : ""}
                disabled={locked || !spoken}
                value={stage.title?.[language] ?? ""}
                onChange={(event) => title(language, event.target.value)}
              />
            ))}
            {SOURCED.has(anchor) ? (
              <Select
                mode="tags"
                aria-label={`${name} ${t("stages.sources")}`}
                placeholder={t("stages.sources")}
                disabled={locked}
                value={stage.sources ?? []}
                onChange={(sources: string[]) => put(anchor, { sources })}
                options={trusted}
              />
            ) : (
              <span className="faint">{t("stages.hub")}</span>
            )}
            <Select
              aria-label={`${name} ${t("stages.role")}`}
              placeholder={t("stages.role")}
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              disabled={locked}
              value={stage.role || undefined}
              onChange={(role?: string) => put(anchor, { role: role ?? "" })}
              options={roles}
            />
            <Switch
              size="small"
              aria-label={`${name} ${t("stages.shown")}`}
              disabled={locked || NEVER_HIDDEN.has(anchor)}
              checked={!stage.hidden}
              onChange={(shown) => put(anchor, { hidden: !shown })}
            />
            {wrong.map((each) => (
              <div key={each.code} className="form-wrong form-error stage-wrong">
                {i18n.language === "en" ? each.en : each.zh}
              </div>
            ))}
          </li>
        );
      })}
    </ol>
  );
}
