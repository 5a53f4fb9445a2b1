import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { count } from "~/kit/amounts";
import { clock } from "~/ui/rules/cells";
import { namedBy, usePoints, wordOf } from "~/ui/rules/vocabulary";
import { called, type Speech, worded } from "~/ui/rules/wording";

const ASIDE = /([\u4e00-\u9fff])([A-Za-z0-9])|([A-Za-z0-9])([\u4e00-\u9fff])/g;
const apart = (text: string) => text.replace(ASIDE, (_, a = "", b = "", c = "", d = "") => `${a}${c} ${b}${d}`);

export type Spoken = { said: (text: string) => string; called: (text: string) => string };

/**
 * Expressions as people would say them, as statements and as values; as they were written where words do not reach.
 * `path` names what it can.
 */
export function useSpoken(path?: (name: string) => string | undefined): Spoken {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  const named = useNamed();
  const points = usePoints().data;
  return useMemo(() => {
    const terms = new Map((points ?? []).flatMap((each) => each.reads.map((term) => [term.name, term] as const)));
    const speech: Speech = {
      t: (key, filled) => t(key, filled ?? {}),
      path: (name) => {
        const term = terms.get(name);
        return name === "lines[]" ? t("studio.root.lines") : (path?.(name) ?? (term && wordOf(term, language)));
      },
      value: (of, value) => {
        if (typeof value === "boolean") return t(value ? "studio.sheet.yes" : "studio.sheet.no");
        const term = terms.get(of);
        const choice = term?.choices?.find((each) => each.value === value);
        if (choice) return wordOf(choice, language);
        if (typeof value === "number") return term?.unit === "clock" ? clock(value) : count(value, locale);
        const kind = namedBy(of);
        return kind ? named(kind, String(value)) : String(value);
      },
    };
    const told = (text: string, found: string | undefined) =>
      found === undefined ? text : language === "zh" ? apart(found) : found;
    return {
      said: (text) => told(text, worded(text, speech)),
      called: (text) => told(text, called(text, speech)),
    };
  }, [t, language, locale, named, points, path]);
}
