import { useQuery } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useState } from "react";
import { api, told } from "~/client/api";
import { keepNames, keptNames } from "~/client/kept";
import { useLanguage } from "~/client/language";
import type { components } from "~/client/schema";

export type Names = components["schemas"]["Names"];
const NONE: Names = {
  workspace: "",
  zone: "Asia/Shanghai",
  currency: "CNY",
  track: [],
  stages: {},
  channels: {},
  warehouses: {},
  events: {},
  holds: {},
  roles: {},
  flows: {},
  carriers: {},
  services: {},
  payments: {},
  segments: {},
  suggestions: {},
  sources: {},
  kinds: {},
};
type Kind = Exclude<keyof Names, "workspace" | "zone" | "currency" | "track">;

/** The names everybody below speaks by: asked for once, since a list says hundreds. */
export const NamesContext = createContext<Names>(NONE);

/** What people call stages, channels, warehouses, roles, payments and the like. */
export const useNames = (): Names => useContext(NamesContext);

/** The names of the workspace: as they were read last until they are read. */
export function useReadNames(): Names {
  // What was kept by an earlier version lacks what that did not know.
  const [last] = useState(() => {
    const kept = keptNames<Names>();
    return kept && { ...NONE, ...kept };
  });
  const { language } = useLanguage();
  const asked = useQuery({
    queryKey: ["names", language],
    queryFn: async () => keepNames(await told(api.GET("/api/v1/names", { params: { query: { language } } }))),
    placeholderData: last,
    staleTime: 300_000,
  });
  return asked.data ?? last ?? NONE;
}

/** The name of one of them in the language of the screen; the code itself if it has none. */
export function useNamed(): (kind: Kind, code: string) => string {
  const names = useNames();
  const { language } = useLanguage();
  return useCallback(
    (kind, code) => {
      const found = names[kind][code];
      return (typeof found === "object" ? found[language] : found) ?? code;
    },
    [names, language],
  );
}
