import { Link } from "@tanstack/react-router";
import { InputNumber, Segmented, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { type AlertContent, alertOf, LEVELS, SIGNS, said } from "~/features/studio/alert/model";
import { useAlertSaying } from "~/features/studio/alert/saying";
import { Told } from "~/features/studio/alert/Told";
import { Trial } from "~/features/studio/alert/Trial";
import { Titles } from "~/features/studio/board/BoardFacts";
import { Fact } from "~/features/studio/dictionary/FieldFacts";
import type { Drawn } from "~/features/studio/drawn";
import { Duration, PanelContext } from "~/features/studio/flow/parts";
import { useDocuments } from "~/features/studio/flow/read";
import { Wrong } from "~/features/studio/form/parts";
import { titleOf } from "~/features/studio/list";
import { useSaying } from "~/features/studio/metric/saying";
import { fieldsOf, isMoney, useCounted, useMetric, useMetrics } from "~/features/studio/vocabulary";
import { figure, minor } from "~/kit/amounts";
import { useBoardWords } from "~/ui/board/words";
import { Part } from "~/ui/detail/DetailPage";
import "~/features/studio/designer/designer.css";
import "~/features/studio/flow/flow.css";
import "~/features/studio/metric/metric.css";
import "~/ui/board/board.css";
import { within } from "~/features/studio/findings";

/** An alert by choosing: a metric, its bound, for how long, who is told and what begins; beside it whether it rings. */
export default function AlertDesigner({ of, content, findings, locked, write }: Drawn) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const names = useNames();
  const alert = alertOf(content);
  const metrics = useMetrics();
  const metric = useMetric(metrics.some((each) => each.name === alert.metric) ? alert.metric : "");
  const money = isMoney(metric, fieldsOf(useCounted(), metric?.of, metric?.record));
  const flows = useDocuments("flow");
  const saying = useSaying();
  const telling = useAlertSaying();
  const words = useBoardWords();
  const put = (part: Partial<AlertContent>) => write(said({ ...alert, ...part }));
  const wrong = (path: string) => within(findings, path);
  const panel = useMemo(() => ({ findings: [], locked, path: "" }), [locked]);
  const called = metric?.title[language] || alert.metric;
  return (
    <PanelContext.Provider value={panel}>
      <div className="metric-designer">
        <div className="metric-facts">
          <Part title="alerts.watches">
            <div className="facts-grid">
              <Fact label={t("board.design.metric")}>
                <Select
                  aria-label={t("board.design.metric")}
                  disabled={locked}
                  showSearch={{ optionFilterProp: "label" }}
                  value={alert.metric || undefined}
                  options={metrics.map((each) => ({ value: each.name, label: titleOf(each, language) }))}
                  onChange={(next) => put({ metric: next })}
                />
                {metric && <Link to={`/studio/metric/${alert.metric}` as "/"}>{t("board.design.open_metric")}</Link>}
                <Wrong wrong={wrong("/metric")} />
              </Fact>
              <Fact label={t("alerts.bound")}>
                <div className="bound-line">
                  <Select
                    aria-label={t("alerts.sign")}
                    disabled={locked}
                    value={alert.is}
                    options={SIGNS.map((value) => ({ value, label: t(`alerts.sign.${value}`) }))}
                    onChange={(is) => put({ is })}
                  />
                  <InputNumber
                    aria-label={t("alerts.bound")}
                    disabled={locked}
                    suffix={money ? names.currency : words.unit({ money, unit: metric?.unit ?? "" } as never)}
                    value={money ? Number(figure(alert.bound, names.currency)) : alert.bound}
                    onChange={(next) =>
                      put({ bound: (money ? minor(String(next ?? 0), names.currency) : Number(next ?? 0)) ?? 0 })
                    }
                  />
                </div>
                <Wrong wrong={[...wrong("/is"), ...wrong("/bound")]} />
              </Fact>
              <Fact label={t("alerts.for")}>
                <Duration
                  label={t("alerts.for")}
                  value={alert.for_minutes ?? 0}
                  write={(for_minutes) => put({ for_minutes })}
                />
                <Wrong wrong={wrong("/for_minutes")} />
              </Fact>
              <Fact label={t("alerts.again")}>
                <Duration
                  label={t("alerts.again")}
                  value={alert.again_minutes ?? 0}
                  write={(again_minutes) => put({ again_minutes })}
                />
                <Wrong wrong={wrong("/again_minutes")} />
              </Fact>
              <Fact label={t("alerts.level")}>
                <Segmented
                  aria-label={t("alerts.level")}
                  disabled={locked}
                  value={alert.level ?? "warning"}
                  options={LEVELS.map((value) => ({ value, label: t(`alerts.level.${value}`) }))}
                  onChange={(level) => put({ level })}
                />
              </Fact>
            </div>
          </Part>
          <Part title="alerts.told">
            <Told value={alert.notify} findings={findings} locked={locked} write={(notify) => put({ notify })} />
            <Wrong wrong={findings.filter((each) => each.path === "/notify")} />
          </Part>
          <Part title="alerts.does">
            <div className="facts-grid">
              <Fact label={t("alerts.start")}>
                <Select
                  aria-label={t("alerts.start")}
                  allowClear
                  disabled={locked}
                  showSearch={{ optionFilterProp: "label" }}
                  placeholder={t("alerts.start.none")}
                  value={alert.start || undefined}
                  options={flows}
                  onChange={(start) => put({ start })}
                />
                <Wrong wrong={wrong("/start")} />
              </Fact>
              <Fact label={t("alerts.catch_up")}>
                <Select
                  mode="multiple"
                  aria-label={t("alerts.catch_up")}
                  disabled={locked}
                  placeholder={t("alerts.catch_up.none")}
                  showSearch={{ optionFilterProp: "label" }}
                  value={alert.catch_up ?? []}
                  options={Object.entries(names.channels).map(([value, label]) => ({ value, label }))}
                  onChange={(catch_up) => put({ catch_up })}
                />
                <Wrong wrong={wrong("/catch_up")} />
              </Fact>
            </div>
          </Part>
          <Part title="metrics.called">
            <div className="facts-grid">
              <Titles value={alert.title} locked={locked} write={(title) => put({ title })} />
            </div>
            <Wrong wrong={wrong("/title")} />
          </Part>
        </div>
        <aside className="metric-aside">
          <Part title="metrics.words">
            <p className="metric-words">{telling(alert, called, metric?.unit ?? "", money)}</p>
            {metric && (
              <p className="faint metric-words">
                {called}
                {t("metrics.say.colon")}
                {saying(metric)}
              </p>
            )}
          </Part>
          <Trial name={of.name} alert={alert} />
        </aside>
      </div>
    </PanelContext.Provider>
  );
}
