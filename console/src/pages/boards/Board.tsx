import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, Select, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useFresh } from "~/client/live";
import { useMay } from "~/client/session";
import { BoardView } from "~/ui/board/BoardView";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";
import "~/ui/list/list.css";

const ALERTS_MS = 60_000;

/** One board, live: its figures follow the orders, its alerts are looked at each minute. */
export default function BoardPage() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  const go = useNavigate();
  const { name = "" } = useParams({ strict: false }) as { name?: string };
  const asked = useQuery({
    queryKey: ["boards", name],
    queryFn: ({ signal }) => told(api.GET("/api/v1/boards/{name}", { params: { path: { name } }, signal })),
    refetchInterval: ALERTS_MS,
  });
  const listed = useQuery({
    queryKey: ["boards"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/boards", { signal })),
  });
  const alerts = useQuery({
    queryKey: ["alerts"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/alerts", { signal })),
    refetchInterval: ALERTS_MS,
  });
  useFresh(["boards", name], ["order", "shipment", "payment"]);
  const title = (asked.data ?? listed.data?.find((each) => each.name === name))?.title[language] ?? "";
  return (
    <section className="board-page" aria-label={title || t("board.one")}>
      <header className="list-head">
        <h1>{title}</h1>
        <Select
          aria-label={t("board.title")}
          value={name}
          popupMatchSelectWidth={200}
          options={(listed.data ?? []).map((each) => ({ value: each.name, label: each.title[language] }))}
          onChange={(next) => go({ to: `/boards/${next}` as "/" })}
        />
        <div className="grow" />
        {asked.data && (
          <span className="faint">
            {t("board.as_of")} <When at={asked.data.at} />
          </span>
        )}
        {may("documents:read") && (
          <Link to={`/studio/board/${name}` as "/"}>
            <Button>{t("board.shape")}</Button>
          </Link>
        )}
      </header>
      {asked.error ? (
        <Trouble error={asked.error} again={() => asked.refetch()} />
      ) : asked.data ? (
        <BoardView board={asked.data} name={name} firing={alerts.data ?? []} />
      ) : (
        <Spin />
      )}
    </section>
  );
}
