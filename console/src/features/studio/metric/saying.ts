import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { finished, typeOf, valuesOf, wayOf } from "~/features/studio/metric/model";
import { useFieldName } from "~/features/studio/Timed";
import {
  type Condition,
  type CountedField,
  fieldsOf,
  type Metric,
  type Per,
  useCounted,
} from "~/features/studio/vocabulary";
import { amount } from "~/kit/amounts";
import { short } from "~/kit/times";
import { useBoardWords } from "~/ui/board/words";

const CLOCK: Record<string, string> = {
  orders: "placed_at",
  lines: "placed_at",
  shipments: "planned_at",
  holds: "opened_at",
  events: "minute",
  calls: "asked_at",
  records: "created_at",
};

/** What is counted, as people call it: records by their type. */
export function useSubjectName(): (of: string, record?: string) => string {
  const { t } = useTranslation();
  return (of, record = "") => (of === "records" && record ? record : t(`metrics.of.${of}`));
}

/** A metric as a sentence. */
export function useSaying(): (metric: Metric) => string {
  const { t, i18n } = useTranslation();
  const { locale } = useLanguage();
  const names = useNames();
  const counted = useCounted();
  const nameOf = useFieldName();
  const words = useBoardWords();
  const subject = useSubjectName();
  const and = t("metrics.say.and");

  const one = (condition: Condition, of: string, fields: CountedField[]) => {
    const found = fields.find((each) => each.name === condition.field);
    const type = typeOf(found, of);
    const field = found ? nameOf(found) : condition.field;
    if (type === "flag") {
      const yes = condition.value === (condition.is === "eq");
      const key = `metrics.flag.${condition.field}.${yes ? "yes" : "no"}`;
      return i18n.exists(key) ? t(key) : t(yes ? "metrics.say.yes" : "metrics.say.no", { field });
    }
    const value = valuesOf(condition)
      .map((each) => {
        if (type === "money") return amount(Number(each), names.currency, locale);
        if (type === "time") return short(each, locale, names.zone);
        return words.group(condition.field, each);
      })
      .join(t("metrics.say.or"));
    return t(`metrics.say.${wayOf(condition, type)}`, { field, value });
  };
  const all = (conditions: Condition[] | undefined, of: string, fields: CountedField[]) =>
    (conditions ?? []).map((each) => one(each, of, fields));
  const named = (name: string, fields: CountedField[]) => {
    const found = fields.find((each) => each.name === name);
    return found ? nameOf(found) : words.field(name);
  };
  const measured = ({ measure, of }: Per, fields: CountedField[]) => {
    const kind = measure?.kind ?? "count";
    const where = [...all(measure?.where, of, fields), ...(measure?.when ? [measure.when] : [])].join(and);
    const field = named(measure?.field ?? "", fields);
    return t(`metrics.say.${kind}`, { field, where, percentile: measure?.percentile ?? 95 });
  };
  const rows = (metric: Per, fields: CountedField[], when: string[]) => {
    const where = [...when, ...all(metric.where, metric.of, fields), ...(metric.when ? [metric.when] : [])];
    const of = subject(metric.of, metric.record);
    return where.length > 0
      ? t("metrics.say.some", { where: where.join(and), subject: of })
      : t("metrics.say.all", { subject: of });
  };
  return (said) => {
    const metric = finished(said);
    const fields = fieldsOf(counted, metric.of, metric.record);
    const clock = named(metric.time || (CLOCK[metric.of] ?? ""), fields);
    const { count = 1, unit = "day" } = metric.over ?? {};
    const span =
      count === 1
        ? t(`metrics.this.${unit}`)
        : t("metrics.say.last", { count, unit: t(`studio.value.${unit}`).toLowerCase() });
    const when = metric.over ? [t("metrics.say.when", { clock, span })] : [];
    const parts = [`${rows(metric, fields, when)}${t("metrics.say.colon")}${measured(metric, fields)}`];
    if (metric.per) {
      const below = fieldsOf(counted, metric.per.of, metric.per.record);
      const of = `${rows(metric.per, below, [])}${t("metrics.say.colon")}${measured(metric.per, below)}`;
      parts.push(t("metrics.say.per", { of, scale: metric.per.scale ?? 1 }));
    }
    if (metric.by?.length)
      parts.push(t("metrics.say.by", { by: metric.by.map((each) => named(each, fields)).join(and) }));
    if (metric.bucket) parts.push(t("metrics.say.bucket", { unit: t(`studio.value.${metric.bucket}`).toLowerCase() }));
    return parts.join(t("metrics.say.comma")) + t("metrics.say.stop");
  };
}
