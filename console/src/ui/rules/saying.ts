import { useTranslation } from "react-i18next";
import { clock, type Plain, type Told } from "~/ui/rules/cells";
import { type Term, useValueWord } from "~/ui/rules/vocabulary";

/** A condition as a sentence. */
export function useSaying(): (term: Term, told: Told) => string {
  const { t } = useTranslation();
  const word = useValueWord();
  return (term, { sign, values, text }) => {
    if (sign === "raw") return text;
    const one = (value: Plain | undefined) => {
      if (typeof value === "boolean") return t(value ? "studio.sheet.yes" : "studio.sheet.no");
      if (term.unit === "clock" && typeof value === "number") return clock(value);
      return word(term, value);
    };
    // What is not yes was said no, or not said at all.
    if (sign === "not" && typeof values[0] === "boolean")
      return t("studio.sign.not_so", { one: t(values[0] ? "studio.sheet.no" : "studio.sheet.yes") });
    const all = values.map(one).join(t("studio.sheet.comma"));
    return t(`studio.sign.${sign}`, { one: one(values[0]), other: one(values[1]), all });
  };
}
