import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { parted } from "~/features/studio/flow/conditions";
import type { Step, Words } from "~/features/studio/flow/model";
import type { Components } from "~/features/studio/flow/read";
import { useTitles } from "~/features/studio/titles";
import { span } from "~/kit/times";

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

/** Nodes, their exits and lengths of time in the words of people. */
export function useSaying(components?: Components) {
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  const called = useTitles();
  const kindOf = useCallback((kind: string) => t(`flows.kind.${kind}`), [t]);
  const minutes = useCallback(
    (value: unknown) =>
      typeof value === "number"
        ? span(value * 60)
            .map((each) => t(`shell.unit.${each.unit}`, { count: each.count }))
            .join(" ")
        : text(value),
    [t],
  );
  const exit = useCallback(
    (name: string) => (i18n.exists(`flows.exit.${name}`) ? t(`flows.exit.${name}`) : name),
    [t, i18n],
  );
  const verb = useCallback(
    (name: string) => {
      const found = components?.verbs.find((each) => each.name === name);
      return found ? found[language] : name;
    },
    [components, language],
  );
  const value = useCallback(
    (name: string) => (i18n.exists(`flows.value.${name}`) ? t(`flows.value.${name}`) : name),
    [t, i18n],
  );
  const titled = useCallback(
    (node: Step) => node.title?.[language] || (node.kind === "action" ? verb(text(node.do)) : kindOf(node.kind)),
    [language, kindOf, verb],
  );
  const path = useCallback(
    (name: string) => {
      const found = components?.paths.find((each) => each.name === name)?.[language];
      return found || (i18n.exists(`flows.path.${name}`) ? t(`flows.path.${name}`) : name);
    },
    [components, language, i18n, t],
  );
  /** An expression in words, where it is nothing but comparisons. */
  const when = useCallback(
    (expression: string) => {
      const one = (value: string) =>
        value === "true" || value === "false" ? t(value === "true" ? "studio.sheet.yes" : "studio.sheet.no") : value;
      return (
        parted(expression)
          ?.map((each) => [path(each.path), t(`flows.sign.${each.sign}`), one(each.value)].join(" "))
          .join(t("studio.sheet.stop")) ?? expression
      );
    },
    [path, t],
  );
  const about = useCallback(
    (node: Step): string => {
      const one = (kind: string, name: unknown) => called({ kind, name: text(name) });
      const who = (to: string) => (to.startsWith("=") ? path(to.slice(1).trim()) : named("roles", to));
      const words = (said: unknown) =>
        ((said as Words | undefined)?.[language] ?? "").replace(
          /\{\{\s*([\w.]+)\s*\}\}/g,
          (_, each) => `[${path(each)}]`,
        );
      switch (node.kind) {
        case "trigger":
          if (node.on === "schedule")
            return node.at
              ? t("flows.said.daily", { at: text(node.at) })
              : t("flows.said.every", { time: minutes(node.every_minutes) });
          if (node.on === "threshold") return node.alert ? one("alert", node.alert) : when(text(node.filter));
          if (node.on === "form") return node.form ? one("form", node.form) : t("flows.on.form");
          if (node.on === "manual") return t("flows.on.manual");
          return [named("events", text(node.event)), when(text(node.filter))].filter(Boolean).join(" · ");
        case "condition":
          return when((node.branches ?? []).map((each) => each.when).filter(Boolean)[0] ?? "");
        case "table":
          return node.rules ? one("rules", node.rules) : "";
        case "join":
          return t(`flows.mode.${text(node.mode) || "all"}`);
        case "wait":
          if (node.event) return named("events", text(node.event));
          return node.until ? t("flows.said.until", { at: text(node.until) }) : minutes(node.minutes);
        case "approval": {
          const steps = ((node.spec as { steps?: unknown[] })?.steps ?? []) as { roles?: unknown; persons?: unknown }[];
          return steps
            .map((each) => [...list(each.roles).map((role) => named("roles", role)), ...list(each.persons)].join("、"))
            .join(" → ");
        }
        case "message":
          return [who(text(node.to)), node.template ? one("template", node.template) : words(node.text)]
            .filter(Boolean)
            .join(" · ");
        case "action": {
          const values = (node.values ?? {}) as Record<string, unknown>;
          const told = values[`reason_${language}`] ?? values.reason ?? values.code ?? values.tags ?? values.flow;
          return text(told ?? Object.values(values).find((each) => typeof each === "string"));
        }
        case "http":
          return text(node.url);
        case "flow":
          return node.flow ? one("flow", node.flow) : "";
        default:
          return "";
      }
    },
    [t, named, minutes, language, called, path, when],
  );
  return useMemo(
    () => ({ t, language, kindOf, exit, titled, about, minutes, verb, value, when }),
    [t, language, kindOf, exit, titled, about, minutes, verb, value, when],
  );
}

export type Saying = ReturnType<typeof useSaying>;
