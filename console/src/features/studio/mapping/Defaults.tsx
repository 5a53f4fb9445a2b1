import { DeleteOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { fieldsOf } from "~/features/studio/designer/model";
import { useOwn, useSubject } from "~/features/studio/designer/own";
import { useTargetName } from "~/features/studio/mapping/words";
import type { Content, Finding } from "~/features/studio/read";
import { blank, type FieldShown, nameOf, type Values } from "~/ui/form/definition";
import { Form } from "~/ui/form/Form";

type Props = { content: Content; findings: Finding[]; locked: boolean; write: (content: Content) => void };
const APART = new Set(["sku_lines", "address", "sub_table", "image", "file", "signature", "location", "computed"]);
const PLAIN: Record<string, FieldShown["type"]> = { boolean: "boolean", number: "number", string: "text" };

/** What an order of the channel holds where its message says nothing: a field and its value, as people fill it in. */
export function Defaults({ content, findings, locked, write }: Props) {
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  const targetName = useTargetName();
  const subject = useSubject("order");
  const own = useOwn("order", true);
  const [begun, setBegun] = useState<string[]>([]);
  const kept = (content.defaults ?? {}) as Values;
  const known = fieldsOf("order", subject.data?.built_in ?? [], own.fields);
  const names = [...Object.keys(kept), ...begun.filter((name) => !(name in kept))];
  const fieldOf = (name: string): FieldShown => {
    const told = targetName(name);
    const field = known.get(name) ?? { name, type: PLAIN[typeof kept[name]] ?? "text", zh: told, en: told };
    return { ...field, name, required: false, visible_when: "" } as FieldShown;
  };
  // Lists and the like are written in the source; here they stay as they are.
  const shown = names.filter((name) => name in kept === false || typeof kept[name] !== "object" || known.has(name));
  const apart = names.filter((name) => !shown.includes(name));
  const put = (values: Values) => {
    const { defaults: _before, ...rest } = content;
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => !blank(value)));
    write(Object.keys(filled).length > 0 ? { ...rest, defaults: filled } : rest);
  };
  const drop = (name: string) => {
    setBegun(begun.filter((each) => each !== name));
    const { [name]: _gone, ...others } = kept;
    put(others);
  };
  const problems = Object.fromEntries(
    findings
      .filter((each) => each.path.startsWith("/defaults/"))
      .map((each) => [each.path.slice("/defaults/".length), i18n.language === "en" ? each.en : each.zh]),
  );
  const free = [...known.values()].filter((each) => !APART.has(each.type) && !names.includes(each.name));
  return (
    <section className="mapping-side mapping-defaults" aria-label={t("mapping.defaults")} data-path="/defaults">
      <h3>{t("mapping.defaults")}</h3>
      <p className="faint">{t("mapping.defaults.text")}</p>
      {shown.map((name) => (
        <div key={name} className="default" data-path={`/defaults/${name}`}>
          <Form
            form={{
              form: "",
              subject: "order",
              zh: "",
              en: "",
              checks: [],
              sections: [{ zh: "", en: "", fields: [fieldOf(name)] }],
            }}
            values={{ [name]: kept[name] }}
            problems={problems[name] ? { [name]: problems[name] } : {}}
            locked={locked}
            onChange={(next) => {
              if (!begun.includes(name)) setBegun([...begun, name]);
              put({ ...kept, ...next });
            }}
          />
          {!locked && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={`${t("studio.form.remove")} ${nameOf(fieldOf(name), language)}`}
              onClick={() => drop(name)}
            />
          )}
        </div>
      ))}
      {apart.length > 0 && <p className="faint">{t("mapping.defaults.apart", { names: apart.join(", ") })}</p>}
      {!locked && (
        <Select
          className="targets-add"
          aria-label={t("mapping.defaults.add")}
          placeholder={t("mapping.defaults.add")}
          showSearch={{ optionFilterProp: "label" }}
          value={null}
          options={free.map((each) => ({ value: each.name, label: `${nameOf(each, language)} ${each.name}` }))}
          onChange={(name: string) => setBegun([...begun, name])}
        />
      )}
    </section>
  );
}
