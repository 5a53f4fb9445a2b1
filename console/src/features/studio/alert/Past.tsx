import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Empty, Segmented, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { type AlertContent, triable } from "~/features/studio/alert/model";
import type { Card } from "~/ui/board/read";
import { Tile } from "~/ui/board/Tile";
import { useTheme } from "~/ui/board/theme";
import { useBoardWords } from "~/ui/board/words";
import { Trouble } from "~/ui/Trouble";
import { Span, When } from "~/ui/Words";
import "~/ui/board/board.css";

const DAYS = [1, 7, 30];

/** The alert tried on the past: when people would have been told, of what, and how the figure went. Nobody is told. */
export function Past({ alert }: { alert: AlertContent }) {
  const { t } = useTranslation();
  const words = useBoardWords();
  const theme = useTheme();
  const [days, setDays] = useState(7);
  const past = useMutation({
    mutationFn: (asked: number) =>
      told(api.POST("/api/v1/backtests/alert", { body: { content: triable(alert), days: asked } as never })),
  });
  const found = past.data;
  const asCard = { unit: found?.unit ?? "", money: found?.money } as Card;
  const went = t("alerts.past.went", { bound: `${words.value(asCard, alert.bound)} ${words.unit(asCard)}`.trim() });
  const card: Card = {
    ...asCard,
    metric: alert.metric,
    title: { zh: went, en: went },
    show: "line",
    bucket: "hour",
    measure: "most",
    summed: true,
    bad: alert.bound,
    figures: found?.looks.map((each) => ({ bucket: each.at, groups: [], value: each.value, count: each.beyond })) ?? [],
  };
  return (
    <div className="backtest">
      <div className="backtest-ask">
        <Segmented
          aria-label={t("alerts.past.days")}
          value={days}
          options={DAYS.map((count) => ({ value: count, label: t("alerts.past.last", { count }) }))}
          onChange={setDays}
        />
        <Button type="primary" loading={past.isPending} disabled={!alert.metric} onClick={() => past.mutate(days)}>
          {t("alerts.past.run")}
        </Button>
      </div>
      {past.error && <Trouble error={past.error} />}
      {past.isPending && <Spin description={t("alerts.past.running")} />}
      {!found && !past.isPending && !past.error && <Empty description={t("alerts.past.text")} />}
      {found && !past.isPending && (
        <>
          <Alert
            showIcon
            type={found.told > 0 ? "warning" : "success"}
            title={t(found.told > 0 ? "alerts.past.told" : "alerts.past.quiet", {
              count: found.told,
              minutes: found.every_minutes,
            })}
            description={found.passed > 0 ? t("alerts.past.passed", { count: found.passed }) : undefined}
          />
          <Tile card={card} theme={theme} at="" />
          {found.rung.length > 0 && (
            <table className="places" aria-label={t("alerts.past.rung")}>
              <thead>
                <tr>
                  {found.by.map((field) => (
                    <th key={field} scope="col">
                      {words.field(field)}
                    </th>
                  ))}
                  <th scope="col">{t("alerts.past.since")}</th>
                  <th scope="col">{t("alerts.past.rung_at")}</th>
                  <th scope="col">{t("alerts.past.ended")}</th>
                  <th scope="col">{t("alerts.past.worst")}</th>
                </tr>
              </thead>
              <tbody>
                {found.rung.map((each) => (
                  <tr key={`${each.groups.join("/")} ${each.rung_at}`}>
                    {each.groups.map((value, place) => (
                      <td key={found.by[place]}>{words.group(found.by[place] ?? "", value)}</td>
                    ))}
                    <td>
                      <When at={each.since} />
                    </td>
                    <td>
                      <When at={each.rung_at} />{" "}
                      {each.told > 1 && <span className="faint">{t("alerts.past.times", { count: each.told })}</span>}
                    </td>
                    <td>
                      {each.ended_at ? (
                        <>
                          <When at={each.ended_at} />{" "}
                          <span className="faint">
                            <Span seconds={(Date.parse(each.ended_at) - Date.parse(each.since)) / 1000} />
                          </span>
                        </>
                      ) : (
                        t("alerts.past.stands")
                      )}
                    </td>
                    <td>
                      <b>
                        {words.value(card, each.worst)} {words.unit(card)}
                      </b>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </div>
  );
}
