import { Input, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { called, type FieldShown } from "~/ui/form/definition";

type Props = {
  label: string;
  value: string;
  fields: Map<string, FieldShown>;
  locked: boolean;
  write: (next: string) => void;
};

const SIMPLE = /^([\w.]+) (==|!=|>=|<=|>|<) ('[^']*'|null|true|false|-?\d+(?:\.\d+)?)$/;
const SIGNS = ["==", "!=", ">", ">=", "<", "<="];
const TEXTUAL = new Set(["text", "select", "multi_select", "date", "time", "phone", "customer"]);
const MODES = ["simple", "free"] as const;

/** When something holds: a field compared with a value; experts write any expression. */
export function Condition({ label, value, fields, locked, write }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const parts = SIMPLE.exec(value.trim());
  const [free, setFree] = useState(value.trim() !== "" && !parts);
  const [, name = "", sign = "==", literal = "''"] = parts ?? [];
  const field = fields.get(name);
  const shown = literal === "null" ? "" : literal.replace(/^'|'$/g, "");
  const put = (next: { name?: string; sign?: string; text?: string }) => {
    const to = next.name ?? name;
    if (!to) return write("");
    const text = next.text ?? (next.name === undefined ? shown : "");
    write(`${to} ${next.sign ?? sign} ${literalOf(text, fields.get(to))}`);
  };
  const options = field?.options?.length
    ? field.options.map((each) => ({ value: each.value, label: called(each, language) || each.value }))
    : field?.type === "boolean"
      ? [
          { value: "true", label: t("form.yes") },
          { value: "false", label: t("form.no") },
        ]
      : undefined;
  return (
    <div className="condition">
      <div className="condition-head">
        <span className="form-label">{label}</span>
        <Segmented
          size="small"
          value={free ? "free" : "simple"}
          disabled={locked}
          onChange={(next) => setFree(next === "free")}
          options={MODES.map((each) => ({ value: each, label: t(`designer.condition.${each}`) }))}
        />
      </div>
      {free ? (
        <Input.TextArea
          aria-label={label}
          disabled={locked}
          spellCheck={false}
          autoSize={{ minRows: 1, maxRows: 5 }}
          value={value}
          placeholder={t("designer.condition.example")}
          onChange={(event) => write(event.target.value)}
        />
      ) : (
        <div className="condition-row">
          <Select
            aria-label={`${label} ${t("designer.condition.field")}`}
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            disabled={locked}
            placeholder={t("designer.condition.always")}
            value={name || undefined}
            options={[...fields].map(([value, each]) => ({ value, label: called(each, language) || value }))}
            onChange={(next) => put({ name: next ?? "" })}
          />
          {name && (
            <>
              <Select
                aria-label={`${label} ${t("designer.condition.sign")}`}
                disabled={locked}
                value={sign}
                options={SIGNS.map((value) => ({ value, label: t(`designer.sign.${SIGNS.indexOf(value)}`) }))}
                onChange={(next) => put({ sign: next })}
              />
              {options ? (
                <Select
                  aria-label={`${label} ${t("designer.condition.value")}`}
                  disabled={locked}
                  value={shown || undefined}
                  options={options}
                  onChange={(next) => put({ text: next })}
                />
              ) : (
                <Input
                  aria-label={`${label} ${t("designer.condition.value")}`}
                  placeholder={t("designer.condition.nothing")}
                  disabled={locked}
                  value={shown}
                  onChange={(event) => put({ text: event.target.value })}
                />
              )}
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** A value as an expression says it: no value is null, texts stand in quotes. */
function literalOf(text: string, field: FieldShown | undefined): string {
  if (text === "") return "null";
  if (field && !TEXTUAL.has(field.type) && /^(true|false|-?\d+(\.\d+)?)$/.test(text)) return text;
  return `'${text.replaceAll("'", "")}'`;
}
