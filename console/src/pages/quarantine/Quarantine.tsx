import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { declare } from "~/features/quarantine/list";
import { counted } from "~/features/quarantine/read";
import { ListPage } from "~/ui/list/ListPage";
import { useNarrowed } from "~/ui/list/useList";

/** What could not become an order: why, since when, and what to do about many at once. */
export default function Quarantine() {
  const names = useNames();
  const { language } = useLanguage();
  const [{ state = "", channel = "", import_id = "" }] = useNarrowed();
  const search = Object.fromEntries(Object.entries({ state, channel, import_id }).filter(([, value]) => value));
  const reasons = useQuery({
    queryKey: ["facets", "quarantine", "reasons", state, channel, import_id],
    queryFn: ({ signal }) => counted(search, signal),
  });
  const told = reasons.data?.told;
  const list = useMemo(() => {
    const choices = Object.entries(told ?? {}).map(([value, words]) => ({ value, label: words[language] }));
    return declare({ names, language, reasons: choices, discarded: state === "discarded" });
  }, [names, language, told, state]);
  return <ListPage list={list} />;
}
