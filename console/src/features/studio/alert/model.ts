import type { Content } from "~/features/studio/read";

export type Notify = { to: string; messenger?: string; template?: string };
export type AlertContent = {
  title: { zh: string; en: string };
  metric: string;
  is: "gt" | "ge" | "lt" | "le";
  bound: number;
  notify: Notify[];
  for_minutes?: number;
  again_minutes?: number;
  level?: "info" | "warning" | "critical";
  start?: string;
  catch_up?: string[];
};

export const SIGNS = ["gt", "ge", "lt", "le"] as const;
export const LEVELS = ["info", "warning", "critical"] as const;

export function alertOf(content: Content): AlertContent {
  const alert = content as Partial<AlertContent>;
  return {
    ...alert,
    title: alert.title ?? { zh: "", en: "" },
    metric: alert.metric ?? "",
    is: alert.is ?? "gt",
    bound: alert.bound ?? 0,
    notify: alert.notify ?? [],
  };
}

/** An alert without what is not said: what is left empty does not happen. */
export function said(alert: AlertContent): Content {
  const notify = alert.notify.map((each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value)));
  const empty = (value: unknown) => value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries({ ...alert, notify }).filter(([, value]) => !empty(value)));
}

/** As it can be tried: nobody is told, so whoever is still missing does not matter. */
export function triable(alert: AlertContent): Content {
  const { metric, is, bound, for_minutes, again_minutes } = alert;
  return said({ title: { zh: "-", en: "-" }, metric, is, bound, for_minutes, again_minutes, notify: [{ to: "-" }] });
}
