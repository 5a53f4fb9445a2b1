import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Segmented, Select, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { BoardView } from "~/ui/board/BoardView";
import type { Card } from "~/ui/board/read";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";
import "~/ui/list/list.css";

const PIECES = ["day", "week", "month", "quarter", "year"] as const;
type Piece = (typeof PIECES)[number];

/** How a metric over time is drawn: by its pieces alone, a line for each of its groups, or as figures. */
const shown = (card: Card): Card => ({ ...card, show: (["bar", "line"] as const)[card.by?.length ?? 0] ?? "table" });

/** A report: its metrics one below the other, by day, week, month; each figure leads to its orders. */
export default function ReportPage() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const go = useNavigate();
  const { name = "" } = useParams({ strict: false }) as { name?: string };
  const { by } = useSearch({ strict: false }) as { by?: Piece };
  const asked = useQuery({
    queryKey: ["reports", name, by ?? ""],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/reports/{name}", { params: { path: { name }, query: { bucket: by } }, signal })),
  });
  const listed = useQuery({
    queryKey: ["reports"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/reports", { signal })),
  });
  const report = asked.data;
  const title = (report ?? listed.data?.find((each) => each.name === name))?.title[language] ?? "";
  return (
    <section className="board-page" aria-label={title || t("board.report")}>
      <header className="list-head">
        <h1>{title}</h1>
        <Select
          aria-label={t("board.reports")}
          value={name}
          popupMatchSelectWidth={200}
          options={(listed.data ?? []).map((each) => ({ value: each.name, label: each.title[language] }))}
          onChange={(next) => go({ to: `/reports/${next}` as "/", search: (by ? { by } : {}) as never })}
        />
        <Segmented
          aria-label={t("board.by")}
          value={by ?? (report?.bucket as Piece | undefined) ?? "day"}
          options={PIECES.map((value) => ({ value, label: t(`board.by.${value}`) }))}
          onChange={(next) => go({ to: `/reports/${name}` as "/", search: { by: next } as never })}
        />
        <div className="grow" />
        {report && (
          <span className="faint">
            {t("board.as_of")} <When at={report.at} />
          </span>
        )}
      </header>
      {asked.error ? (
        <Trouble error={asked.error} again={() => asked.refetch()} />
      ) : report ? (
        <BoardView
          board={{ ...report, rows: report.metrics.map((each) => [shown(each)]) }}
          name={`${name}.${report.bucket}`}
        />
      ) : (
        <Spin />
      )}
    </section>
  );
}
