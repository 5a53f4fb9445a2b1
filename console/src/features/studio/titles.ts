import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { titleOf } from "~/features/studio/list";
import { all, type Key } from "~/features/studio/read";

/** What people call a document: by its title, a dictionary by its subject; its name where it says nothing. */
export function useTitles(): (of: Key) => string {
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  const asked = useQuery({
    queryKey: ["documents", "titles"],
    staleTime: 60_000,
    queryFn: ({ signal }) => all(undefined, signal),
  });
  const titles = useMemo(
    () => new Map((asked.data ?? []).map((each) => [`${each.kind}/${each.name}`, titleOf(each, language)])),
    [asked.data, language],
  );
  return useCallback(
    ({ kind, name }) => {
      const subject = `dictionary.subject.${name}`;
      if ((kind === "fields" || kind === "stages") && i18n.exists(subject)) return t(subject);
      return titles.get(`${kind}/${name}`) ?? name;
    },
    [titles, t, i18n],
  );
}
