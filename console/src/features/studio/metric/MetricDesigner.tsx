import { Input, Segmented, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { Titles } from "~/features/studio/board/BoardFacts";
import { Fact } from "~/features/studio/dictionary/FieldFacts";
import type { Drawn } from "~/features/studio/drawn";
import { Wrong } from "~/features/studio/form/parts";
import { Figures } from "~/features/studio/metric/Figures";
import { Measuring } from "~/features/studio/metric/Measuring";
import { metricOf, trimmed } from "~/features/studio/metric/model";
import { useSaying } from "~/features/studio/metric/saying";
import { BucketChoice, FieldChoice, SpanChoice } from "~/features/studio/Timed";
import { fieldsOf, type Metric, typed, useCounted } from "~/features/studio/vocabulary";
import { WatchList } from "~/ui/board/Watch";
import { Part } from "~/ui/detail/DetailPage";
import "~/features/studio/designer/designer.css";
import "~/features/studio/metric/metric.css";
import "~/ui/board/board.css";
import { within } from "~/features/studio/findings";

const SCALES = [1, 100, 1000] as const;
const BETTER = ["", "more", "less"] as const;

/** A metric by choosing: what is counted, of which, how, by what it is broken down; its sentence and its figure beside. */
export default function MetricDesigner({ of, content, findings, locked, write }: Drawn) {
  const { t } = useTranslation();
  const counted = useCounted();
  const saying = useSaying();
  const metric = metricOf(content);
  const fields = fieldsOf(counted, metric.of, metric.record);
  const put = (part: Partial<Metric>) => write(trimmed({ ...metric, ...part }));
  const common = { counted, findings, locked };
  const wrong = (path: string) => within(findings, path);
  return (
    <div className="metric-designer">
      <div className="metric-facts">
        <Part title="metrics.counted">
          <div className="facts-grid">
            <Measuring {...common} path="" value={metric} write={(next) => write(trimmed(next))} />
          </div>
        </Part>
        <Part title="metrics.broken">
          <div className="facts-grid">
            <Fact label={t("board.design.over")}>
              <SpanChoice
                label={t("board.design.over")}
                value={metric.over}
                locked={locked}
                write={(over) => put({ over })}
              />
            </Fact>
            <Fact label={t("metrics.time")}>
              <FieldChoice
                label={t("metrics.time")}
                fields={typed(fields, "time")}
                value={metric.time ? [metric.time] : []}
                locked={locked}
                placeholder={t("metrics.time.usual")}
                write={([time]) => put({ time })}
              />
              <Wrong wrong={wrong("/time")} />
            </Fact>
            <Fact label={t("board.design.by")}>
              <FieldChoice
                label={t("board.design.by")}
                several
                fields={typed(fields, "text", "flag")}
                value={metric.by ?? []}
                locked={locked}
                write={(by) => put({ by })}
              />
              <Wrong wrong={wrong("/by")} />
            </Fact>
            <Fact label={t("board.design.bucket")}>
              <BucketChoice
                label={t("board.design.bucket")}
                value={metric.bucket}
                locked={locked}
                write={(bucket) => put({ bucket })}
              />
            </Fact>
          </div>
        </Part>
        <Part
          title="metrics.per"
          end={
            <Switch
              aria-label={t("metrics.per")}
              disabled={locked}
              checked={metric.per !== undefined}
              onChange={(on) => put({ per: on ? { of: metric.of, record: metric.record, scale: 100 } : undefined })}
            />
          }
        >
          {metric.per ? (
            <div className="facts-grid">
              <Measuring
                {...common}
                path="/per"
                kinds={["count", "sum"]}
                value={metric.per}
                write={(per) => put({ per: { scale: metric.per?.scale, ...per } })}
              />
              <Fact label={t("metrics.scale")}>
                <Segmented
                  aria-label={t("metrics.scale")}
                  disabled={locked}
                  value={metric.per.scale ?? 1}
                  options={SCALES.map((value) => ({ value: value as number, label: t(`metrics.scale.${value}`) }))}
                  onChange={(scale) => metric.per && put({ per: { ...metric.per, scale } })}
                />
              </Fact>
            </div>
          ) : (
            <p className="faint">{t("metrics.per.none")}</p>
          )}
          <Wrong wrong={findings.filter((each) => each.path === "/per")} />
        </Part>
        <Part title="metrics.called">
          <div className="facts-grid">
            <Titles value={metric.title} locked={locked} write={(title) => put({ title })} />
            <Fact label={t("metrics.unit")}>
              <Input
                aria-label={t("metrics.unit")}
                disabled={locked}
                maxLength={20}
                placeholder={t("metrics.unit.example")}
                value={metric.unit ?? ""}
                onChange={(event) => put({ unit: event.target.value })}
              />
            </Fact>
            <Fact label={t("metrics.better")}>
              <Segmented
                aria-label={t("metrics.better")}
                disabled={locked}
                value={metric.better ?? ""}
                options={BETTER.map((value) => ({
                  value: value as string,
                  label: t(`metrics.better.${value || "none"}`),
                }))}
                onChange={(better) => put({ better })}
              />
            </Fact>
          </div>
          <Wrong wrong={wrong("/title")} />
        </Part>
      </div>
      <aside className="metric-aside">
        <Part title="metrics.words">
          <p className="metric-words">{saying(metric)}</p>
        </Part>
        <Figures name={of.name} metric={metric} fields={fields} />
        <Part title="alerts.watching">
          <WatchList metric={of.name} />
        </Part>
      </aside>
    </div>
  );
}
