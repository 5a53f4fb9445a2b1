import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { useFigure } from "~/features/orders/figure";
import { declare } from "~/features/orders/list";
import { facets, page } from "~/features/orders/read";
import { useGrade } from "~/features/orders/Tags";
import { ListPage } from "~/ui/list/ListPage";
import { useNarrowed } from "~/ui/list/useList";

/** The order pool: every order, by filters and views, with what can be done to many at once. */
export default function Orders() {
  const { t } = useTranslation();
  const names = useNames();
  const { language } = useLanguage();
  const grade = useGrade();
  const [search] = useNarrowed();
  const named = useFigure(search);
  const figure = search.figure ? { value: search.figure, label: named || t("orders.filter.figure") } : undefined;
  const held = useQuery({
    queryKey: ["facets", "orders", "holds", language, names.holds],
    queryFn: async ({ signal }) => {
      const [{ counts }, first] = await Promise.all([
        facets({ held: "true" }, signal),
        page({ held: "true" }, undefined, signal),
      ]);
      const reasons = new Map(first.rows.flatMap((row) => row.holds.map((each) => [each.code, each.reason] as const)));
      return Object.keys(counts.hold ?? {}).map((value) => {
        const reason = reasons.get(value as never) as Record<string, string> | undefined;
        return { value, label: names.holds[value]?.[language] || reason?.[language] || value };
      });
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `grade` only follows the language, `figure` its two parts.
  const list = useMemo(
    () => declare({ t, names, language, grade, holds: held.data ?? [], figure }),
    [t, names, language, held.data, figure?.value, figure?.label],
  );
  return <ListPage list={list} />;
}
