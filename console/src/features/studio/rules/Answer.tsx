import { AutoComplete, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { Goods } from "~/features/studio/rules/Goods";
import { answer, answered, goods } from "~/ui/rules/cells";
import { type Term, wordOf } from "~/ui/rules/vocabulary";

type Props = { term: Term; cell: string | undefined; locked: boolean; put: (cell: string) => void };

/** What a row answers, in the control that fits: a choice, a figure, yes or no, words. */
export function Answer({ term, cell, locked, put }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const { currency } = useNames();
  const value = answer(cell);
  const label = wordOf(term, language);
  const same = { "aria-label": label, disabled: locked, variant: "borderless" as const };
  const options = (term.choices ?? []).map((each) => ({ value: String(each.value), label: wordOf(each, language) }));
  const put_ = (next: Parameters<typeof answered>[0]) => put(answered(next));
  if (cell && goods(cell) !== undefined) return <Goods label={label} cell={cell} locked={locked} put={put} />;
  if (cell && value === undefined)
    return <Input {...same} className="source" value={cell} onChange={(event) => put(event.target.value)} />;
  if (term.type === "yes")
    return (
      <Select
        {...same}
        allowClear
        value={typeof value === "boolean" ? String(value) : undefined}
        placeholder="—"
        options={["true", "false"].map((each) => ({
          value: each,
          label: t(each === "true" ? "studio.sheet.yes" : "studio.sheet.no"),
        }))}
        onChange={(next) => put(next ?? "")}
      />
    );
  if (term.type === "list")
    return (
      <Select
        {...same}
        mode={options.length > 0 && !term.open ? "multiple" : "tags"}
        value={(Array.isArray(value) ? value : []).map(String)}
        options={options}
        optionFilterProp="label"
        placeholder="—"
        onChange={(next) => put_(next.length > 0 ? next : undefined)}
      />
    );
  if (term.type === "number") {
    const digits = term.unit === "minor" ? digitsOf(currency) : 0;
    const unit = term.unit === "percent" ? "%" : term.unit === "money" || term.unit === "minor" ? signOf(currency) : "";
    return (
      <InputNumber
        {...same}
        prefix={unit && unit !== "%" ? unit : undefined}
        suffix={unit === "%" ? unit : undefined}
        value={typeof value === "number" ? value / 10 ** digits : undefined}
        placeholder="—"
        onChange={(next) => put_(next === null ? undefined : digits ? Math.round(Number(next) * 10 ** digits) : next)}
      />
    );
  }
  if (options.length > 0 && !term.open)
    return (
      <Select
        {...same}
        allowClear
        showSearch
        optionFilterProp="label"
        value={value as string}
        options={options}
        placeholder="—"
        onChange={put_}
      />
    );
  if (options.length > 0)
    return (
      <AutoComplete
        {...same}
        value={value === undefined ? "" : String(value)}
        options={options}
        placeholder="—"
        onChange={put_}
        filterOption={(typed, option) => `${option?.value} ${option?.label}`.includes(typed)}
      />
    );
  return (
    <Input
      {...same}
      placeholder="—"
      value={value === undefined ? "" : String(value)}
      onChange={(event) => put_(term.type === "any" ? anything(event.target.value) : event.target.value)}
    />
  );
}

const anything = (text: string) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

function digitsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

function signOf(currency: string): string {
  const parts = new Intl.NumberFormat("zh-CN", { style: "currency", currency }).formatToParts(0);
  return parts.find((each) => each.type === "currency")?.value ?? currency;
}
