import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { finished, trimmed } from "~/features/studio/metric/model";
import { type CountedField, isMoney, type Metric } from "~/features/studio/vocabulary";
import type { Card } from "~/ui/board/read";
import { Tile } from "~/ui/board/Tile";
import { useTheme } from "~/ui/board/theme";
import { Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";

type Props = { name: string; metric: Metric; fields: CountedField[] };

/** What a metric comes to now, before it is saved. */
export function Figures({ name, metric, fields }: Props) {
  const { t } = useTranslation();
  const theme = useTheme();
  // What it is called changes no figure.
  const { title, unit = "", better = "", ...counted } = metric;
  const asked = useDeferredValue(JSON.stringify(trimmed(finished({ ...counted, title: { zh: "-", en: "-" } }))));
  const tried = useQuery({
    queryKey: ["metrics", "tried", asked],
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) =>
      told(api.POST("/api/v1/metrics/try", { body: { content: JSON.parse(asked), summed: true } as never, signal })),
  });
  const by = metric.by ?? [];
  const card = useMemo(() => {
    const show = metric.bucket ? "line" : by.length > 0 ? "table" : "number";
    const shown = { metric: name, title, show, unit, better, of: metric.of, bucket: metric.bucket, by };
    const measure = metric.measure?.kind ?? "count";
    const rest = { figures: tried.data?.figures ?? [], money: isMoney(metric, fields), measure, summed: true };
    return { ...shown, ...rest } as unknown as Card;
  }, [tried.data, metric, fields, name, title, unit, better, by]);
  return (
    <Part title="metrics.now">
      {tried.error ? (
        <Trouble error={tried.error} />
      ) : tried.data ? (
        <div className="metric-now" aria-busy={tried.isFetching}>
          <Tile card={{ ...card, title: { zh: t("metrics.now"), en: t("metrics.now") } }} theme={theme} at="" />
          {!tried.data.whole && <p className="faint">{t("metrics.now.part")}</p>}
        </div>
      ) : (
        <Spin />
      )}
    </Part>
  );
}
