import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import type { Search } from "~/kit/addresses";
import { useBoardWords } from "~/ui/board/words";

/** What the figure of a board or report is called whose orders a list shows: its card, its groups, its piece of time. */
export function useFigure({ figure = "", figure_group = "", figure_at = "" }: Search): string {
  const { language } = useLanguage();
  const words = useBoardWords();
  const [of = "", row = "", column = ""] = figure.split("/");
  // A report is called with the pieces of time that it is read by.
  const [name = "", bucket] = of.split(".");
  const board = useQuery({
    queryKey: ["boards", name],
    enabled: name !== "" && !bucket,
    queryFn: ({ signal }) => told(api.GET("/api/v1/boards/{name}", { params: { path: { name } }, signal })),
  });
  const report = useQuery({
    queryKey: ["reports", name, bucket],
    enabled: bucket !== undefined,
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v1/reports/{name}", {
          params: { path: { name }, query: { bucket: bucket as "day" } },
          signal,
        }),
      ),
  });
  const card = bucket ? report.data?.metrics[Number(row)] : board.data?.rows[Number(row)]?.[Number(column)];
  if (!card) return "";
  const groups = figure_group === "" ? [] : figure_group.split(",").map(decodeURIComponent);
  const parts = (card.by ?? []).flatMap((field, place) =>
    place < groups.length ? [words.group(field, groups[place] ?? "")] : [],
  );
  return [card.title[language], ...parts, words.time(figure_at, card.bucket)].filter(Boolean).join(" · ");
}
