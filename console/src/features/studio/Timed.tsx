import { InputNumber, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { BUCKETS, type CountedField, type Span, UNITS } from "~/features/studio/vocabulary";
import { useBoardWords } from "~/ui/board/words";

type Common<Value> = { label: string; value?: Value; locked: boolean; write: (next: Value | undefined) => void };

/** The last so many hours, days and so on; nothing means what usually holds. */
export function SpanChoice({ label, value, usual, locked, write }: Common<Span> & { usual?: Span }) {
  const { t } = useTranslation();
  const told =
    usual && t("board.design.last", { count: usual.count ?? 1, unit: t(`studio.value.${usual.unit ?? "day"}`) });
  return (
    <Space.Compact block>
      {value && (
        <InputNumber
          aria-label={`${label} ${t("board.design.count")}`}
          disabled={locked}
          min={1}
          max={1000}
          precision={0}
          value={value.count ?? 1}
          onChange={(count) => write({ unit: value.unit ?? "day", count: count ?? 1 })}
        />
      )}
      <Select
        aria-label={label}
        allowClear
        disabled={locked}
        placeholder={told ? t("board.design.usual", { usual: told }) : t("board.design.always")}
        value={value ? (value.unit ?? "day") : undefined}
        options={UNITS.map((unit) => ({ value: unit, label: t(`studio.value.${unit}`) }))}
        onChange={(unit) => write(unit ? { count: value?.count ?? (unit === "hour" ? 24 : 7), unit } : undefined)}
      />
    </Space.Compact>
  );
}

/** By which pieces of time; nothing means what usually holds. */
export function BucketChoice({ label, value, usual, locked, write }: Common<string> & { usual?: string }) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      allowClear
      disabled={locked}
      placeholder={usual ? t("board.design.usual", { usual: t(`studio.value.${usual}`) }) : t("board.design.undivided")}
      value={value}
      options={BUCKETS.map((each) => ({ value: each, label: t(`studio.value.${each}`) }))}
      onChange={(next) => write(next)}
    />
  );
}

type FieldsProps = {
  label: string;
  fields: CountedField[];
  value: string[];
  several?: boolean;
  locked: boolean;
  placeholder?: string;
  write: (next: string[]) => void;
};

/** What a field of something counted is called: own ones by the dictionary. */
export function useFieldName(): (field: CountedField) => string {
  const { language } = useLanguage();
  const words = useBoardWords();
  return (field) => field.title?.[language] ?? words.field(field.name);
}

/** A field, or up to three of them in their order. */
export function FieldChoice({ label, fields, value, several, locked, placeholder, write }: FieldsProps) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const options = fields.map((each) => ({ value: each.name, label: nameOf(each) }));
  const common = {
    "aria-label": label,
    disabled: locked,
    options,
    placeholder: placeholder ?? t("board.design.ungrouped"),
    showSearch: { optionFilterProp: "label" },
  };
  if (!several)
    return <Select {...common} allowClear value={value[0]} onChange={(next?: string) => write(next ? [next] : [])} />;
  return <Select {...common} mode="multiple" maxCount={3} value={value} onChange={(next: string[]) => write(next)} />;
}
