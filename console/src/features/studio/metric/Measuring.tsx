import { Input, InputNumber, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Fact } from "~/features/studio/dictionary/FieldFacts";
import { within } from "~/features/studio/findings";
import { Wrong } from "~/features/studio/form/parts";
import { Conditions } from "~/features/studio/metric/Conditions";
import { MEASURES } from "~/features/studio/metric/model";
import type { Finding } from "~/features/studio/read";
import { FieldChoice } from "~/features/studio/Timed";
import { type Counted, fieldsOf, type Measure, type Per, typed } from "~/features/studio/vocabulary";

type Props<Of extends Per> = {
  value: Of;
  counted: Counted[];
  findings: Finding[];
  path: string;
  locked: boolean;
  /** Of what is divided by only counts and sums are told. */
  kinds?: readonly string[];
  write: (next: Of) => void;
};

const key = (of: string, record = "") => (record ? `${of}/${record}` : of);

/** What is counted, of which, and how it is measured: of a metric, or of what it is divided by. */
export function Measuring<Of extends Per>({ value, counted, findings, path, locked, kinds, write }: Props<Of>) {
  const { t } = useTranslation();
  const fields = fieldsOf(counted, value.of, value.record);
  const measure = value.measure ?? {};
  const kind = measure.kind ?? "count";
  const put = (part: Partial<Of>) => write({ ...value, ...part });
  const measured = (part: Measure) => put({ measure: { ...measure, ...part } } as Partial<Of>);
  const wrong = (place: string) => within(findings, `${path}${place}`);
  const common = { of: value.of, record: value.record ?? "", fields, findings, locked };
  const label = (word: string) => `${path ? `${t("metrics.per")} ` : ""}${t(`metrics.${word}`)}`;
  return (
    <>
      <Fact label={t("metrics.what")}>
        <Select
          aria-label={label("what")}
          disabled={locked}
          showSearch={{ optionFilterProp: "label" }}
          value={key(value.of, value.record)}
          options={counted.map((each) => ({
            value: key(each.of, each.record),
            label: each.of === "records" ? t("metrics.records", { type: each.record }) : t(`metrics.of.${each.of}`),
          }))}
          onChange={(next) => {
            const [of = "orders", record] = next.split("/");
            // What was said of other rows means nothing of these.
            const { title, unit, over } = value as Record<string, unknown>;
            write({ title, unit, over, of, record } as unknown as Of);
          }}
        />
        <Wrong wrong={[...wrong("/of"), ...wrong("/record")]} />
      </Fact>
      <Fact label={t("metrics.where")} wide>
        <Conditions
          {...common}
          label={label("where")}
          path={`${path}/where`}
          value={value.where ?? []}
          write={(where) => put({ where } as Partial<Of>)}
        />
      </Fact>
      {value.when !== undefined && value.when !== "" && (
        <Fact label={t("metrics.when")} wide>
          <Input.TextArea
            aria-label={label("when")}
            disabled={locked}
            spellCheck={false}
            autoSize
            value={value.when}
            onChange={(event) => put({ when: event.target.value || undefined } as Partial<Of>)}
          />
          <Wrong wrong={wrong("/when")} />
        </Fact>
      )}
      <Fact label={t("metrics.measure")} wide>
        <Segmented
          className="metric-measures"
          aria-label={label("measure")}
          disabled={locked}
          value={kind}
          options={MEASURES.filter((each) => !kinds || kinds.includes(each)).map((each) => ({
            value: each as string,
            label: t(`metrics.measure.${each}`),
          }))}
          onChange={(next) => put({ measure: next === "count" ? undefined : { kind: next } } as Partial<Of>)}
        />
      </Fact>
      {!["count", "share"].includes(kind) && (
        <Fact label={t("metrics.measured")}>
          <FieldChoice
            label={label("measured")}
            fields={typed(fields, "number", "money")}
            value={measure.field ? [measure.field] : []}
            locked={locked}
            write={([field]) => measured({ field })}
          />
          <Wrong wrong={wrong("/measure/field")} />
        </Fact>
      )}
      {kind === "percentile" && (
        <Fact label={t("metrics.percentile")}>
          <InputNumber
            aria-label={label("percentile")}
            disabled={locked}
            min={1}
            max={99}
            value={measure.percentile ?? 95}
            onChange={(percentile) => measured({ percentile: percentile ?? 95 })}
          />
        </Fact>
      )}
      {kind === "share" && (
        <Fact label={t("metrics.share")} wide>
          <Conditions
            {...common}
            label={label("share")}
            path={`${path}/measure/where`}
            value={measure.where ?? []}
            write={(where) => measured({ where })}
          />
          <Wrong wrong={findings.filter((each) => each.path === `${path}/measure/where`)} />
        </Fact>
      )}
    </>
  );
}
