import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Empty, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import { Trouble } from "~/ui/Trouble";
import "~/ui/board/board.css";
import "~/ui/list/list.css";

/** The boards and reports in force. */
export default function Boards() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  const asked = useQuery({
    queryKey: ["boards"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/boards", { signal })),
  });
  const reports = useQuery({
    queryKey: ["reports"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/reports", { signal })),
  });
  return (
    <section className="board-page" aria-label={t("board.title")}>
      <header className="list-head">
        <h1>{t("board.title")}</h1>
        <div className="grow" />
        {may("documents:read") && (
          <Link to={"/studio?kind=board" as "/"}>
            <Button>{t("board.shape")}</Button>
          </Link>
        )}
      </header>
      {asked.error ? (
        <Trouble error={asked.error} again={() => asked.refetch()} />
      ) : !asked.data ? (
        <Spin />
      ) : asked.data.length === 0 ? (
        <Empty description={t("board.none")} />
      ) : (
        <nav className="board-names" aria-label={t("board.title")}>
          {asked.data.map((each) => (
            <Link key={each.name} to={`/boards/${each.name}` as "/"}>
              <strong>{each.title[language]}</strong>
              <div className="faint">{t("board.cards", { count: each.cards })}</div>
            </Link>
          ))}
        </nav>
      )}
      {reports.data && reports.data.length > 0 && (
        <>
          <header className="list-head">
            <h2>{t("board.reports")}</h2>
          </header>
          <nav className="board-names" aria-label={t("board.reports")}>
            {reports.data.map((each) => (
              <Link key={each.name} to={`/reports/${each.name}` as "/"}>
                <strong>{each.title[language]}</strong>
                <div className="faint">{t("board.metrics", { count: each.cards })}</div>
              </Link>
            ))}
          </nav>
        </>
      )}
    </section>
  );
}
