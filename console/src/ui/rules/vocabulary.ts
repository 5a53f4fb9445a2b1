import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import type { Language } from "~/kit/texts";

/** A column of a decision table: what it reads, and what it is called. */
export type Column = { id: string; name?: string; field?: string };
export type Term = components["schemas"]["Term"];
export type Point = components["schemas"]["orderloom.rules.vocabulary.Point"];

/** What rules may read and what they answer, by decision point, in the workspace's words. */
export function usePoints() {
  return useQuery({
    queryKey: ["rules", "points"],
    enabled: useMay()("documents:read"),
    queryFn: () => told(api.GET("/api/v1/rules/points")),
    staleTime: 60_000,
  });
}

/** Where the values of a path have names of their own, by its last part. */
const NAMED = {
  channel: "channels",
  code: "holds",
  holds: "holds",
  owner: "roles",
  payment_method: "payments",
  stage: "stages",
  warehouse: "warehouses",
  segment: "segments",
  carrier: "carriers",
} as const;
export const namedBy = (path: string) => NAMED[path.split(".").at(-1) as keyof typeof NAMED];

const QUANTIFIED = /^some\(lines, #\.([\w.]+) == ("(?:[^"\\]|\\.)*"|[\d.]+|true|false)\)$/;
const ANY: Pick<Term, "type" | "choices" | "open" | "own" | "required" | "unit"> = {
  type: "any",
  choices: [],
  open: true,
  own: false,
  required: false,
  unit: "",
};

/** A column in people's words: by the catalogue where it names something known, else by what it calls itself. */
export function termOf(column: Column, terms: Term[]): Term {
  const field = column.field?.trim() ?? "";
  const known = terms.find((each) => each.name === field);
  if (known) return known;
  const [zh, en] = halves(column.name || field);
  const some = QUANTIFIED.exec(field);
  if (some) {
    const line = terms.find((each) => each.name === `lines[].${some[1]}`);
    const value = (some[2] ?? "").replace(/^"|"$/g, "");
    if (line)
      return {
        ...ANY,
        type: "yes",
        name: field,
        zh: `${line.zh}：${value}`,
        en: `${line.en}: ${value}`,
      };
  }
  return { ...ANY, type: /[<>=]|^(some|all|contains)\(/.test(field) ? "yes" : "any", name: field, zh, en };
}

/** "货款 goods" is both languages in one. */
function halves(name: string): [string, string] {
  const found = /^([^\sA-Za-z]*[一-鿿][^A-Za-z]*?)\s+([A-Za-z].*)$/.exec(name);
  return found ? [found[1] ?? name, found[2] ?? name] : [name, name];
}

export const wordOf = (term: { zh: string; en: string }, language: Language): string => term[language];

/** The terms of a decision point. */
export function useTerms(point: string): { reads: Term[]; answers: Term[] } {
  const asked = usePoints();
  return useMemo(() => {
    const found = asked.data?.find((each) => each.name === point);
    return { reads: found?.reads ?? [], answers: found?.answers ?? [] };
  }, [asked.data, point]);
}

/** What a value is called where it is one of the choices. */
export function useValueWord(): (term: Term, value: unknown) => string {
  const { language } = useLanguage();
  return (term, value) => {
    const found = (term.choices ?? []).find((each) => each.value === value);
    return found ? wordOf(found, language) : String(value);
  };
}
