import { Input } from "antd";
import { createContext, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Resolve } from "~/features/studio/form/schema";
import type { Finding } from "~/features/studio/read";

type House = { resolve: Resolve; findings: Finding[]; locked: boolean };
export const FormContext = createContext<House>({ resolve: (schema) => schema ?? {}, findings: [], locked: false });

/** What people call properties and choices; the names themselves where nobody has put them into words. */
export function useLabels() {
  const { t, i18n } = useTranslation();
  return {
    t,
    nameOf: (name: string) => (i18n.exists(`studio.field.${name}`) ? t(`studio.field.${name}`) : name),
    meaning: (value: string) => (i18n.exists(`studio.value.${value}`) ? t(`studio.value.${value}`) : value),
  };
}

/** What is wrong with a value. */
export function Wrong({ wrong }: { wrong: Finding[] }) {
  const { i18n } = useTranslation();
  return wrong.map((each) => (
    <div key={each.code + each.path} className={`form-wrong form-${each.level}`}>
      {i18n.language === "en" ? each.en : each.zh}
    </div>
  ));
}

/** A value without a shape of its own: a word, a number, yes or no, or something that experts write as JSON. */
export function Anything(props: { name: string; value: unknown; locked: boolean; write: (value: unknown) => void }) {
  const { value, write } = props;
  const told = typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
  const [text, setText] = useState(told);
  return (
    <Input.TextArea
      aria-label={props.name}
      disabled={props.locked}
      autoSize={{ minRows: 1, maxRows: 6 }}
      value={text}
      onChange={(event) => {
        const next = event.target.value;
        setText(next);
        try {
          write(next === "" ? null : JSON.parse(next));
        } catch {
          write(next);
        }
      }}
    />
  );
}
