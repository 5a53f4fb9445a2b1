import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import type { Step, Words } from "~/features/studio/flow/model";
import { usePathWord } from "~/features/studio/flow/paths";
import type { Components } from "~/features/studio/flow/read";
import { useTitles } from "~/features/studio/titles";
import { span } from "~/kit/times";
import { useSpoken } from "~/ui/rules/speaking";

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
  const known = usePathWord(components);
  const path = useCallback((name: string) => known(name) ?? name, [known]);
  const { said: when, called: term } = useSpoken(known);
  /** A way out of a node; the only branch of a condition by whether it holds, where its name is but a code. */
  const exit = useCallback(
    (name: string, node?: Step) => {
      if (i18n.exists(`flows.exit.${name}`)) return t(`flows.exit.${name}`);
      return node?.branches?.length === 1 && /^[a-z]\w*$/.test(name) ? t("flows.exit.yes") : name;
    },
    [t, i18n],
  );
  /** What a step was told under a name: by its title, where what stands there has one. */
  const worth = useCallback(
    (name: string, value: string): string => {
      if (name === "code") return named("holds", value);
      if (name === "stage") return named("stages", value);
      if (name === "to" || name === "owner") return named("roles", value);
      if (name === "type") return called({ kind: "fields", name: value });
      return name === "flow" || name === "template" ? called({ kind: name, name: value }) : value;
    },
    [called, named],
  );
  /** The first of what an action is told that says most about it. */
  const deed = useCallback(
    (values: Record<string, unknown>): string => {
      const one = (said: unknown) => (text(said).startsWith("=") ? term(text(said).slice(1).trim()) : text(said));
      if (values.custom)
        return Object.keys(values.custom)
          .map((each) => path(`order.custom.${each}`))
          .join("、");
      if (values.type) return called({ kind: "fields", name: text(values.type) });
      if (values.flow) return called({ kind: "flow", name: text(values.flow) });
      if (values.stage) return named("stages", text(values.stage));
      if (values.tags) return list(values.tags).map(one).join("、");
      const found = values[`reason_${language}`] ?? (values.code ? named("holds", text(values.code)) : values.reason);
      return one(found ?? Object.values(values).find((each) => typeof each === "string"));
    },
    [language, called, named, path, term],
  );
  const about = useCallback(
    (node: Step): string => {
      const one = (kind: string, name: unknown) => called({ kind, name: text(name) });
      const who = (to: string) => (to.startsWith("=") ? term(to.slice(1).trim()) : named("roles", to));
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
        case "action":
          return deed((node.values ?? {}) as Record<string, unknown>);
        case "http":
          return text(node.url);
        case "flow":
          return node.flow ? one("flow", node.flow) : "";
        default:
          return "";
      }
    },
    [t, named, minutes, language, called, path, term, when, deed],
  );
  return useMemo(
    () => ({ t, language, kindOf, exit, titled, about, minutes, verb, value, when, worth }),
    [t, language, kindOf, exit, titled, about, minutes, verb, value, when, worth],
  );
}

export type Saying = ReturnType<typeof useSaying>;
