import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "~/client/names";
import { within } from "~/features/studio/findings";
import { Wrong } from "~/features/studio/form/parts";
import { begun, chosen, type Type, typeOf, valuesOf, wayOf, waysOf } from "~/features/studio/metric/model";
import { useValues } from "~/features/studio/metric/values";
import type { Finding } from "~/features/studio/read";
import { useFieldName } from "~/features/studio/Timed";
import type { Condition, CountedField } from "~/features/studio/vocabulary";
import { figure, minor } from "~/kit/amounts";

type Props = {
  label: string;
  path: string;
  of: string;
  record: string;
  fields: CountedField[];
  value: Condition[];
  findings: Finding[];
  locked: boolean;
  write: (next: Condition[]) => void;
};

/** Conditions that must all hold, each put together by choosing. */
export function Conditions({ label, path, of, record, fields, value, findings, locked, write }: Props) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const options = fields.map((each) => ({ value: each.name, label: nameOf(each) }));
  const at = (index: number, next: Condition) => write(value.map((each, other) => (other === index ? next : each)));
  return (
    <fieldset className="conditions" aria-label={label}>
      {value.map((condition, index) => {
        const field = fields.find((each) => each.name === condition.field);
        const here = `${path}/${index}`;
        const of_ = `${label} ${index + 1}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions are their places.
          <div key={index} className="condition-line" data-path={here}>
            <Select
              aria-label={`${of_} ${t("metrics.field")}`}
              disabled={locked}
              showSearch={{ optionFilterProp: "label" }}
              value={condition.field}
              options={options}
              onChange={(name) => {
                const next = fields.find((each) => each.name === name);
                if (next) at(index, begun(next, of));
              }}
            />
            <Compared
              key={condition.field}
              label={of_}
              of={of}
              record={record}
              field={field ?? { name: condition.field, types: ["text"] }}
              condition={condition}
              locked={locked}
              write={(next) => at(index, next)}
            />
            {!locked && (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={`${t("form.remove")} ${of_}`}
                onClick={() => write(value.filter((_, other) => other !== index))}
              />
            )}
            <Wrong wrong={within(findings, here)} />
          </div>
        );
      })}
      {!locked && (
        <Select
          className="condition-add"
          aria-label={t("metrics.condition.add", { of: label })}
          placeholder={t(value.length ? "metrics.condition.more" : "metrics.condition.first")}
          prefix={<PlusOutlined />}
          showSearch={{ optionFilterProp: "label" }}
          value={null}
          options={options}
          onChange={(name: string | null) => {
            const field = fields.find((each) => each.name === name);
            if (field) write([...value, begun(field, of)]);
          }}
        />
      )}
    </fieldset>
  );
}

type One = {
  label: string;
  of: string;
  record: string;
  field: CountedField;
  condition: Condition;
  locked: boolean;
  write: (next: Condition) => void;
};

/** How a field is compared, and with what. */
function Compared({ label, of, record, field, condition, locked, write }: One) {
  const { t } = useTranslation();
  const type = typeOf(field, of);
  const way = wayOf(condition, type);
  const alone = way === "known" || way === "unknown";
  const value = `${label} ${t("metrics.value")}`;
  const to = (next: string) => {
    if (next === "known" || next === "unknown") return write({ field: field.name, is: next });
    if (type === "text") return write(chosen(field.name, next, valuesOf(condition)));
    write({ field: field.name, is: next, value: alone ? (type === "time" ? "" : 0) : condition.value });
  };
  if (type === "flag") {
    const yes = condition.value === (condition.is === "eq");
    return (
      <Select
        className="condition-flag"
        aria-label={value}
        disabled={locked}
        value={yes ? "yes" : "no"}
        options={[
          { value: "yes", label: t("list.yes") },
          { value: "no", label: t("list.no") },
        ]}
        onChange={(next) => write({ field: field.name, is: "eq", value: next === "yes" })}
      />
    );
  }
  return (
    <>
      <Select
        aria-label={`${label} ${t("metrics.way")}`}
        disabled={locked}
        value={way}
        options={waysOf(type).map((each) => ({
          value: each,
          label: t(`metrics.way.${type === "time" ? "at_" : ""}${each}`),
        }))}
        onChange={to}
      />
      {!alone && type === "text" && (
        <Texts
          label={value}
          of={of}
          record={record}
          field={field}
          value={valuesOf(condition)}
          locked={locked}
          write={(next) => write(chosen(field.name, way, next))}
        />
      )}
      {!alone && type !== "text" && (
        <Amount
          label={value}
          type={type}
          value={condition.value}
          locked={locked}
          write={(next) => write({ ...condition, value: next })}
        />
      )}
    </>
  );
}

type TextsProps = Omit<One, "condition" | "write"> & { value: string[]; write: (next: string[]) => void };

/** One text or several: what there is is offered, others may be typed. */
function Texts({ label, of, record, field, value, locked, write }: TextsProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const options = useValues(of, record, field, opened);
  return (
    <Select
      mode="tags"
      aria-label={label}
      disabled={locked}
      placeholder={t("metrics.value.choose")}
      showSearch={{ optionFilterProp: "label" }}
      tokenSeparators={[",", "，", "、"]}
      value={value}
      options={options}
      onOpenChange={(open) => open && setOpened(true)}
      onChange={write}
    />
  );
}

type AmountProps = { label: string; type: Type; value: unknown; locked: boolean; write: (next: unknown) => void };

/** A number, an amount in the currency's unit, or an instant. */
function Amount({ label, type, value, locked, write }: AmountProps) {
  const { currency } = useNames();
  if (type === "time") {
    const at = typeof value === "string" && value ? new Date(value) : null;
    const shown = at ? new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
    return (
      <Input
        type="datetime-local"
        aria-label={label}
        disabled={locked}
        value={shown}
        onChange={(event) => write(event.target.value ? new Date(event.target.value).toISOString() : "")}
      />
    );
  }
  const money = type === "money";
  return (
    <InputNumber
      aria-label={label}
      disabled={locked}
      suffix={money ? currency : undefined}
      value={typeof value === "number" ? (money ? Number(figure(value, currency)) : value) : null}
      onChange={(next) => write(next === null ? "" : money ? minor(String(next), currency) : Number(next))}
    />
  );
}
