import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { amount } from "~/kit/amounts";
import type { Card } from "~/ui/board/read";

const LAST: Record<string, Intl.DateTimeFormatOptions> = {
  minute: { hour: "2-digit", minute: "2-digit" },
  hour: { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
  month: { year: "numeric", month: "2-digit" },
  quarter: { year: "numeric", month: "2-digit" },
  year: { year: "numeric" },
};

/** What figures, groups and pieces of time are called. */
export function useBoardWords() {
  const { t, i18n } = useTranslation();
  const { language, locale } = useLanguage();
  const names = useNames();
  const known = (key: string) => (i18n.exists(key) ? t(key) : undefined);
  return {
    value(card: Card, value: number | null | undefined): string {
      if (value == null) return "—";
      if (card.money) return amount(Math.round(value), names.currency, locale);
      return new Intl.NumberFormat(locale, { maximumFractionDigits: value % 1 ? 1 : 0 }).format(value);
    },
    unit: (card: Card) => (card.money ? "" : (known(`board.unit.${card.unit}`) ?? card.unit)),
    field: (name: string) => known(`board.field.${name}`) ?? name.replace(/^custom\./, ""),
    group(field: string, value: string): string {
      if (value === "") return t("board.nothing");
      if (field === "channel") return names.channels[value] ?? value;
      if (field === "warehouse") return names.warehouses[value] ?? value;
      if (field === "stage" || field === "furthest" || field === "shipment_stage")
        return names.stages[value]?.[language] ?? value;
      if (field === "grade") return known(`orders.grade.${value}`) ?? value;
      if (field === "code") return names.holds[value]?.[language] ?? value;
      if (value === "true" || value === "false") return t(value === "true" ? "list.yes" : "list.no");
      return value;
    },
    time(at: string | null | undefined, bucket: string | null | undefined): string {
      if (!at) return "";
      const shown = LAST[bucket ?? ""] ?? { month: "2-digit", day: "2-digit" };
      return new Intl.DateTimeFormat(locale, { ...shown, timeZone: names.zone, hourCycle: "h23" }).format(new Date(at));
    },
    track: [...names.track, "cancelled"],
  };
}

export type BoardWords = ReturnType<typeof useBoardWords>;
