import { type ReactNode, useId, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Language } from "~/kit/texts";
import { Control } from "~/ui/form/Control";
import { hiddenBy } from "~/ui/form/conditions";
import {
  called,
  type FieldShown,
  type FormShown,
  type Lookups,
  nameOf,
  type Problems,
  type Values,
} from "~/ui/form/definition";
import { FormHouse } from "~/ui/form/house";
import "~/ui/form/form.css";

type Props = {
  form: FormShown;
  values: Values;
  onChange: (values: Values) => void;
  problems?: Problems;
  /** The language of the form; without it that of the screen. */
  language?: Language;
  lookups?: Lookups;
  locked?: boolean;
  /** Fields that are not seen, as the server says; without it, plain conditions are asked here. */
  hidden?: readonly string[];
  /** Fields that are filled by whose link it is. */
  without?: readonly string[];
  /** What stands below the fields: the button that sends. */
  children?: ReactNode;
};

const WHOLE_ROW = new Set(["address", "sku_lines", "sub_table", "image", "file", "signature"]);

/** A form as people fill it in: two columns on a wide screen, one on a phone. The only one of its kind. */
export function Form(props: Props) {
  const { form, values, onChange, problems = {}, lookups = {}, locked = false, without = [] } = props;
  const screen = useLanguage().language;
  const language = props.language ?? screen;
  const { i18n } = useTranslation();
  const t = useMemo(() => i18n.getFixedT(language), [i18n, language]);
  const hidden = new Set([...(props.hidden ?? hiddenBy(form, values)), ...without]);
  const house = { t, language, lookups, problems, locked };
  const write = (name: string) => (value: unknown) => onChange({ ...values, [name]: value });
  const parts = form.sections
    .map((each) => ({ ...each, fields: each.fields.filter((field) => !hidden.has(field.name) && !field.computed) }))
    .filter((each) => each.fields.length > 0);
  const known = new Set(parts.flatMap((each) => each.fields.map((field) => field.name)));
  const apart = Object.entries(problems).filter(([place]) => !known.has(rootOf(place, known)));
  return (
    <FormHouse value={house}>
      <div className="fill" lang={language === "zh" ? "zh-CN" : "en"}>
        {apart.length > 0 && (
          <ul className="fill-apart" role="alert">
            {apart.map(([place, text]) => (
              <li key={place}>{text}</li>
            ))}
          </ul>
        )}
        {parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sections are their places.
          <section key={at} className="fill-part">
            {called(part, language) && <h2>{called(part, language)}</h2>}
            <div className="fill-grid">
              {part.fields.map((field) => (
                <One
                  key={field.name}
                  field={field}
                  value={values[field.name]}
                  write={write(field.name)}
                  house={house}
                />
              ))}
            </div>
          </section>
        ))}
        {props.children}
      </div>
    </FormHouse>
  );
}

/** The field that a place is in: `lines` of `lines[0].sku`. */
function rootOf(place: string, known: Set<string>): string {
  if (known.has(place)) return place;
  return [...known].find((name) => place.startsWith(`${name}[`) || place.startsWith(`${name}.`)) ?? place;
}

type OneProps = {
  field: FieldShown;
  value: unknown;
  write: (value: unknown) => void;
  house: { problems: Problems; language: Language };
};

function One({ field, value, write, house }: OneProps) {
  const id = useId();
  const wrong = Object.entries(house.problems).filter(([place]) => rootOf(place, new Set([field.name])) === field.name);
  const label = nameOf(field, house.language);
  return (
    <div className={WHOLE_ROW.has(field.type) ? "fill-field fill-wide" : "fill-field"} data-field={field.name}>
      <label htmlFor={id}>
        {label}
        {field.required && <span className="fill-must" aria-hidden="true" />}
      </label>
      <Control field={field} of={{ id, value, write, label, wrong: wrong.length > 0 }} />
      {wrong.map(([place, text]) => (
        <div key={place} className="fill-wrong" role="alert">
          {text}
        </div>
      ))}
    </div>
  );
}
