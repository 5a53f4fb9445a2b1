import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import type { Search } from "~/kit/addresses";
import { useBoardWords } from "~/ui/board/words";

/** What the figure of a board is called whose orders a list shows: its card, its groups, its piece of time. */
export function useFigure({ figure = "", figure_group = "", figure_at = "" }: Search): string {
  const { language } = useLanguage();
  const words = useBoardWords();
  const [name = "", row = "", column = ""] = figure.split("/");
  const { data } = useQuery({
    queryKey: ["boards", name],
    enabled: name !== "",
    queryFn: ({ signal }) => told(api.GET("/api/v1/boards/{name}", { params: { path: { name } }, signal })),
  });
  const card = data?.rows[Number(row)]?.[Number(column)];
  if (!card) return "";
  const groups = figure_group === "" ? [] : figure_group.split(",").map(decodeURIComponent);
  const parts = (card.by ?? []).flatMap((field, place) =>
    place < groups.length ? [words.group(field, groups[place] ?? "")] : [],
  );
  return [card.title[language], ...parts, words.time(figure_at, card.bucket)].filter(Boolean).join(" · ");
}
