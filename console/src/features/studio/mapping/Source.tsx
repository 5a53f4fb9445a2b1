import { AutoComplete, Input, Segmented, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { Fact } from "~/features/studio/dictionary/FieldFacts";
import { type How, howOf, inLine, type Leaf, type Reading, type Step } from "~/features/studio/mapping/model";
import { Pairs } from "~/features/studio/mapping/Pairs";

type Props = {
  given: Reading | Reading[];
  leaves: Leaf[];
  each: string | undefined;
  locked: boolean;
  write: (next: Reading | Reading[]) => void;
};

const PLAIN = ["trim", "fold", "upper", "lower", "number", "cents", "negate", "abs", "sum", "first", "date", "phone"];
const HOWS = ["path", "value", "template"] as const;

/** Where one field comes from: a place in the message, a fixed value or a text put together; then what is done with it. */
export function Source({ given, leaves, each, locked, write }: Props) {
  const { t } = useTranslation();
  const several = Array.isArray(given) ? given : null;
  const one: Reading = several ? (several[0] ?? {}) : (given as Reading);
  const how = howOf(one);
  const put = (next: Reading) => write(several ? [next, ...several.slice(1)] : next);
  const turn = (next: How) => {
    const { from: _f, value: _v, template: _t, ...rest } = one;
    put(
      next === "path" ? { ...rest, from: "" } : next === "value" ? { ...rest, value: "" } : { ...rest, template: "" },
    );
  };
  const steps = one.transforms ?? [];
  const named = steps.filter((step): step is string => typeof step === "string");
  const special = steps.filter((step) => typeof step !== "string");
  const dates = (
    special.find((step) => (step as Record<string, unknown>).do === "date") as { formats?: string[] } | undefined
  )?.formats;
  const putSteps = (next: Step[]) => {
    const { transforms: _before, ...rest } = one;
    put(next.length > 0 ? { ...rest, transforms: next } : rest);
  };
  return (
    <div className="source-facts">
      {several && several.length > 1 && <p className="faint">{t("mapping.several", { count: several.length })}</p>}
      <Segmented
        size="small"
        value={how}
        disabled={locked}
        onChange={turn}
        options={HOWS.map((value) => ({ value, label: t(`mapping.how.${value}`) }))}
      />
      {how === "path" && (
        <AutoComplete
          aria-label={t("mapping.how.path")}
          disabled={locked}
          value={[one.from ?? ""].flat().join(" + ")}
          options={leaves
            .filter((leaf) => !leaf.list)
            .map((leaf) => ({ value: each ? inLine(leaf.path, each) : leaf.path }))}
          onChange={(next: string) => {
            const parts = next.split(/\s\+\s/);
            put({ ...one, from: parts.length > 1 ? parts : next });
          }}
        />
      )}
      {how === "value" && (
        <Input
          aria-label={t("mapping.how.value")}
          disabled={locked}
          value={typeof one.value === "string" ? one.value : JSON.stringify(one.value)}
          onChange={(event) => put({ ...one, value: event.target.value })}
        />
      )}
      {how === "template" && (
        <Input
          aria-label={t("mapping.how.template")}
          disabled={locked}
          placeholder={t("mapping.template.example")}
          value={one.template}
          onChange={(event) => put({ ...one, template: event.target.value })}
        />
      )}
      <Fact label={t("mapping.steps")}>
        <Select
          mode="multiple"
          aria-label={t("mapping.steps")}
          disabled={locked}
          placeholder={t("mapping.steps.none")}
          value={named}
          options={PLAIN.map((value) => ({ value, label: t(`mapping.step.${value}`) }))}
          onChange={(next: string[]) => putSteps([...special, ...next])}
        />
      </Fact>
      <Fact label={t("mapping.date_format")}>
        <Input
          aria-label={t("mapping.date_format")}
          disabled={locked}
          placeholder={t("mapping.date_format.example")}
          value={dates?.[0] ?? ""}
          onChange={(event) => {
            const others = steps.filter((step) => typeof step === "string" || step.do !== "date");
            const format = event.target.value;
            putSteps(format ? [...others, { do: "date", formats: [format] }] : others);
          }}
        />
      </Fact>
      <Fact label={t("mapping.values")}>
        <Pairs
          value={one.values ?? {}}
          locked={locked}
          write={(values) => {
            const { values: _before, ...rest } = one;
            put(Object.keys(values).length > 0 ? { ...rest, values } : rest);
          }}
        />
      </Fact>
      <Fact label={t("mapping.default")}>
        <Input
          aria-label={t("mapping.default")}
          disabled={locked}
          value={one.default === undefined || one.default === null ? "" : String(one.default)}
          onChange={(event) => {
            const { default: _before, ...rest } = one;
            put(event.target.value ? { ...rest, default: event.target.value } : rest);
          }}
        />
      </Fact>
      <span className="fact-flag">
        <Switch
          size="small"
          aria-label={t("mapping.required")}
          disabled={locked}
          checked={one.required === true}
          onChange={(required) => {
            const { required: _before, ...rest } = one;
            put(required ? { ...rest, required } : rest);
          }}
        />
        {t("mapping.required")}
      </span>
    </div>
  );
}
