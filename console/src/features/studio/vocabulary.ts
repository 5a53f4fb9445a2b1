import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import { all } from "~/features/studio/read";

type Schemas = components["schemas"];
export type Counted = Schemas["Counted"];
export type CountedField = Schemas["CountedField"];
export type Span = { count?: number; unit?: (typeof UNITS)[number] };
export type Condition = { field: string; is: string; value?: unknown };
export type Measure = { kind?: string; field?: string; percentile?: number; where?: Condition[]; when?: string };
export type Per = {
  of: string;
  record?: string;
  where?: Condition[];
  when?: string;
  measure?: Measure;
  time?: string;
  scale?: number;
};
export type Metric = Per & {
  title: { zh: string; en: string };
  per?: Per;
  by?: string[];
  bucket?: string;
  over?: Span;
  unit?: string;
  better?: string;
};

export const UNITS = ["minute", "hour", "day", "week", "month", "year"] as const;
export const BUCKETS = ["minute", "hour", "day", "week", "month", "quarter", "year"] as const;

/** Every subject that metrics count, with its fields. */
export function useCounted(): Counted[] {
  const asked = useQuery({
    queryKey: ["metric-fields"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/metric-fields", { signal })),
    staleTime: 60_000,
  });
  return asked.data ?? [];
}

/** The fields of what a metric counts. */
export function fieldsOf(counted: Counted[], of?: string, record = ""): CountedField[] {
  return counted.find((each) => each.of === of && each.record === record)?.fields ?? [];
}

export function typed(fields: CountedField[], ...types: CountedField["types"]): CountedField[] {
  return fields.filter((each) => types.some((type) => each.types.includes(type)));
}

/** Whether figures are amounts in the currency's smallest unit. */
export function isMoney(metric: Metric | undefined, fields: CountedField[]): boolean {
  const { measure, per } = metric ?? {};
  const whole = !per || ((per.measure?.kind ?? "count") === "count" && (per.scale ?? 1) === 1);
  return whole && fields.some((each) => each.name === measure?.field && each.types.includes("money"));
}

/** The metrics in force, to choose from. */
export function useMetrics() {
  const asked = useQuery({ queryKey: ["documents", "metric"], queryFn: ({ signal }) => all("metric", signal) });
  return (asked.data ?? []).filter((each) => each.version > 0 && !each.retired_at);
}

/** What a metric in force says. */
export function useMetric(name: string): Metric | undefined {
  const asked = useQuery({
    queryKey: ["documents", "metric", name],
    enabled: name !== "",
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/documents/{kind}/{name}", { params: { path: { kind: "metric", name } }, signal })),
  });
  return asked.data?.content as Metric | undefined;
}
