import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import type { AlertContent } from "~/features/studio/alert/model";
import { useDocuments } from "~/features/studio/flow/read";
import { span } from "~/kit/times";
import { useBoardWords } from "~/ui/board/words";

/** Whom an audience means: a role, or the people of a warehouse. */
export function useAudiences(): { value: string; label: string }[] {
  const { t } = useTranslation();
  const names = useNames();
  const roles = useDocuments("role");
  const houses = Object.entries(names.warehouses).map(([code, name]) => ({
    value: `warehouse:${code}`,
    label: t("alerts.to.warehouse", { name }),
  }));
  return [...roles.map(({ value, label }) => ({ value, label: label.replace(` · ${value}`, "") })), ...houses];
}

/** An alert in words: what, beyond what, for how long, who is told and what begins. */
export function useAlertSaying(): (alert: AlertContent, metric: string, unit: string, money: boolean) => string {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const words = useBoardWords();
  const audiences = useAudiences();
  const flows = useDocuments("flow");
  const names = useNames();
  const titleOf = (found: { value: string; label: string }[], name: string) =>
    found.find((each) => each.value === name)?.label.replace(` · ${name}`, "") ?? name;
  const lasting = (minutes: number) =>
    span(minutes * 60)
      .map((each) => t(`shell.unit.${each.unit}`, { count: each.count }))
      .join(language === "zh" ? "" : " ");
  return (alert, metric, unit, money) => {
    const bound = words.value({ money } as never, alert.bound);
    const shown = money ? "" : words.unit({ money, unit } as never);
    const what = t(`alerts.say.${alert.is}`, { metric, bound: `${bound}${shown && ` ${shown}`}` });
    const long = alert.for_minutes ? t("alerts.say.for", { span: lasting(alert.for_minutes) }) : "";
    const told = alert.notify
      .filter((each) => each.to)
      .map((each) => {
        const to = titleOf(audiences, each.to);
        return each.messenger ? t("alerts.say.by", { to, messenger: each.messenger }) : t("alerts.say.tell", { to });
      });
    const done = [
      ...told,
      ...(alert.start ? [t("alerts.say.start", { flow: titleOf(flows, alert.start) })] : []),
      ...(alert.catch_up?.length
        ? [
            t("alerts.say.catch_up", {
              channels: alert.catch_up.map((each) => names.channels[each] ?? each).join(t("metrics.say.and")),
            }),
          ]
        : []),
      ...(alert.again_minutes ? [t("alerts.say.again", { span: lasting(alert.again_minutes) })] : []),
    ];
    return `${what}${long} → ${done.join(t("metrics.say.comma"))}`;
  };
}
