import { Button, Input, InputNumber, Popover, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import {
  clock,
  minutes,
  type Plain,
  read,
  SIGNS,
  type Sign,
  shaped,
  type TermType,
  type Told,
  write,
} from "~/ui/rules/cells";
import { useSaying } from "~/ui/rules/saying";
import { type Term, wordOf } from "~/ui/rules/vocabulary";

type Props = { term: Term; cell: string | undefined; locked: boolean; put: (cell: string) => void };

/** A condition in words; a click lets one choose the sign and the value. */
export function Condition({ term, cell, locked, put }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const said = useSaying();
  const told = shaped(read(cell), term.type as TermType);
  const shown = said(term, told);
  const spoken = `${wordOf(term, language)} ${shown}`;
  const face = (
    <button type="button" className={`cell cell-${told.sign}`} disabled={locked} aria-label={spoken}>
      {shown}
    </button>
  );
  if (locked) return face;
  return (
    <Popover
      trigger="click"
      placement="bottomLeft"
      destroyOnHidden
      title={wordOf(term, language)}
      content={<Choosing term={term} told={told} put={put} clear={t("studio.sheet.any")} />}
    >
      {face}
    </Popover>
  );
}

type ChoosingProps = { term: Term; told: Told; put: (cell: string) => void; clear: string };

function Choosing({ term, told, put, clear }: ChoosingProps) {
  const { t } = useTranslation();
  const type = term.type as TermType;
  // A sign without its value, one end of a span: what is not yet a condition is kept here until it is one.
  const [chosen, setChosen] = useState(told);
  const sign: Sign = chosen.sign === "any" ? (SIGNS[type][0] ?? "raw") : chosen.sign;
  const to = (next: Partial<Told>) => {
    const made = { ...chosen, sign, ...next };
    setChosen(made);
    put(write(made, type));
  };
  const turned = (next: Sign) => to({ sign: next, values: next === "is" && type === "yes" ? [true] : chosen.values });
  const cleared = () => {
    setChosen({ ...chosen, sign: "any", values: [], text: "" });
    put("");
  };
  return (
    <div className="choosing">
      {(type !== "yes" || sign !== "is") && (
        <Select
          aria-label={t("studio.sheet.sign")}
          value={sign}
          options={SIGNS[type].map((each) => ({ value: each, label: t(`studio.signs.${each}`) }))}
          onChange={turned}
        />
      )}
      <Value term={term} sign={sign} told={chosen} to={to} />
      <Button type="link" disabled={told.sign === "any"} onClick={cleared}>
        {clear}
      </Button>
    </div>
  );
}

type ValueProps = { term: Term; sign: Sign; told: Told; to: (next: Partial<Told>) => void };

function Value({ term, sign, told, to }: ValueProps) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const options = (term.choices ?? []).map((each) => ({ value: each.value, label: wordOf(each, language) }));
  const label = t("studio.form.value");
  if (sign === "empty" || sign === "filled") return null;
  if (sign === "raw")
    return (
      <>
        <Input
          className="source"
          aria-label={label}
          value={told.text}
          onChange={(event) => to({ text: event.target.value })}
        />
        <span className="faint">{t("studio.sheet.raw")}</span>
      </>
    );
  if (term.type === "yes")
    return (
      <Segmented
        aria-label={label}
        value={told.values[0] === false ? "no" : told.values[0] === true ? "yes" : ""}
        options={[
          { value: "yes", label: t("studio.sheet.yes") },
          { value: "no", label: t("studio.sheet.no") },
        ]}
        onChange={(next) => to({ values: [next === "yes"] })}
      />
    );
  if (sign === "among" || sign === "none_of")
    return (
      <Select
        mode={term.open ? "tags" : "multiple"}
        autoFocus
        defaultOpen={options.length > 0}
        aria-label={label}
        placeholder={t(options.length > 0 ? "studio.sheet.choose" : "studio.sheet.type")}
        value={told.values as (string | number)[]}
        options={options}
        optionFilterProp="label"
        tokenSeparators={[",", "，", "、"]}
        onChange={(values) => to({ values: term.type === "number" ? values.map(Number) : values })}
      />
    );
  const figure = (index: number) => (
    <Figure
      term={term}
      label={index > 0 ? t("studio.sheet.until") : label}
      value={told.values[index]}
      options={options}
      put={(value) => to({ values: index > 0 ? [told.values[0] ?? 0, value] : [value, ...told.values.slice(1)] })}
    />
  );
  return sign === "between" || sign === "up_to" ? (
    <div className="choosing-both">
      {figure(0)} – {figure(1)}
    </div>
  ) : (
    figure(0)
  );
}

type FigureProps = {
  term: Term;
  label: string;
  value: Plain | undefined;
  options: { value: string | number; label: string }[];
  put: (value: Plain) => void;
};

function Figure({ term, label, value, options, put }: FigureProps) {
  if (options.length > 0)
    return (
      <Select aria-label={label} value={value as string} options={options as never} onChange={(next) => put(next)} />
    );
  if (term.unit === "clock")
    return (
      <Input
        type="time"
        aria-label={label}
        value={typeof value === "number" ? clock(value) : ""}
        onChange={(event) => put(minutes(event.target.value) ?? 0)}
      />
    );
  if (term.type === "number")
    return (
      <InputNumber
        autoFocus
        aria-label={label}
        value={value as number}
        onChange={(next) => next !== null && next !== undefined && put(next)}
      />
    );
  return (
    <Input
      autoFocus
      aria-label={label}
      value={value === undefined ? "" : String(value)}
      onChange={(event) =>
        put(/^-?\d+(\.\d+)?$/.test(event.target.value) ? Number(event.target.value) : event.target.value)
      }
    />
  );
}
