import { useMemo } from "react";
import { Properties } from "~/features/studio/form/Fields";
import { FormContext } from "~/features/studio/form/parts";
import { resolver, type Schema } from "~/features/studio/form/schema";
import type { Content, Finding } from "~/features/studio/read";

type Props = {
  schema: Schema;
  value: Content;
  findings: Finding[];
  locked: boolean;
  write: (value: Content) => void;
  /** Properties that stand elsewhere on the page. */
  without?: string[];
  path?: string;
};

/** A form made from the schema of a kind. */
export function SchemaForm({ schema, value, findings, locked, write, without = [], path = "" }: Props) {
  const resolve = useMemo(() => resolver(schema), [schema]);
  const house = useMemo(() => ({ resolve, findings, locked }), [resolve, findings, locked]);
  const whole = resolve(schema);
  const kept = Object.fromEntries(Object.entries(whole.properties ?? {}).filter(([name]) => !without.includes(name)));
  const apart = Object.fromEntries(Object.entries(value).filter(([name]) => without.includes(name)));
  const shown = Object.fromEntries(Object.entries(value).filter(([name]) => !without.includes(name)));
  return (
    <FormContext value={house}>
      <div className="schema-form">
        <Properties
          schema={{ ...whole, properties: kept }}
          value={shown}
          path={path}
          label=""
          write={(next) => write({ ...(next as Content), ...apart })}
        />
      </div>
    </FormContext>
  );
}
