import { DeleteOutlined, DownOutlined, PlusOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { freshField, type Saying, TYPES, type Type } from "~/features/studio/designer/model";
import { useSubject } from "~/features/studio/designer/own";
import { FieldFacts } from "~/features/studio/dictionary/FieldFacts";
import { FieldTable } from "~/features/studio/dictionary/FieldTable";
import { Several } from "~/features/studio/dictionary/Several";
import type { Drawn } from "~/features/studio/drawn";
import type { FieldShown, Values } from "~/ui/form/definition";
import { Form } from "~/ui/form/Form";
import "~/features/studio/designer/designer.css";
import "~/features/studio/dictionary/dictionary.css";

/** The fields of a subject: added in two clicks, said what they are, seen as people will fill them in. */
export default function Dictionary({ of, content, findings, locked, write }: Drawn) {
  const { t, i18n } = useTranslation();
  const [chosen, setChosen] = useState("");
  const [values, setValues] = useState<Values>({});
  const subject = String(content.subject ?? of.name);
  const asked = useSubject(subject);
  const fields = (content.fields as FieldShown[] | undefined) ?? [];
  const at = fields.findIndex((each) => each.name === chosen);
  const field = fields[at];
  const put = (next: FieldShown[]) => write({ ...content, fields: next });
  const say: Saying = (key, filled) => ({
    zh: i18n.getFixedT("zh")(key, filled),
    en: i18n.getFixedT("en")(key, filled),
  });
  const add = (type: Type) => {
    const made = freshField(
      type,
      say,
      fields.map((each) => each.name),
    );
    put([...fields, made]);
    setChosen(made.name);
  };
  const move = (by: number) => {
    const next = [...fields];
    const [taken] = next.splice(at, 1);
    if (taken) next.splice(at + by, 0, taken);
    put(next);
  };
  const wrong = findings.filter((each) => at >= 0 && each.path.startsWith(`/fields/${at}`));
  const beside = new Map(fields.filter((each) => each.name !== chosen).map((each) => [each.name, each]));
  const below = field && (
    <div className="field-below" data-path={`/fields/${at}`}>
      <FieldFacts
        key={field.name}
        field={field}
        beside={beside}
        locked={locked}
        fresh={!asked.data?.uses[field.name]}
        next={locked ? undefined : () => add(field.type)}
        write={(next) => put(fields.map((each, other) => (other === at ? next : each)))}
      />
      {wrong.map((each) => (
        <div key={each.code + each.path} className="form-wrong form-error">
          {i18n.language === "en" ? each.en : each.zh}
        </div>
      ))}
      {!field.computed && (
        <div className="field-look">
          <span className="form-label">{t("dictionary.look")}</span>
          <Form
            form={{
              form: "",
              subject,
              zh: "",
              en: "",
              checks: [],
              sections: [{ zh: "", en: "", fields: [{ ...field, visible_when: "" }] }],
            }}
            values={values}
            onChange={setValues}
          />
        </div>
      )}
      {!locked && (
        <div className="properties-end">
          <Button icon={<UpOutlined />} disabled={at <= 0} aria-label={t("studio.form.up")} onClick={() => move(-1)} />
          <Button
            icon={<DownOutlined />}
            disabled={at >= fields.length - 1}
            aria-label={t("studio.form.down")}
            onClick={() => move(1)}
          />
          <Button danger icon={<DeleteOutlined />} onClick={() => put(fields.filter((_, other) => other !== at))}>
            {t("dictionary.remove")}
          </Button>
        </div>
      )}
    </div>
  );
  return (
    <div className="dictionary">
      {!locked && (
        <div className="dictionary-subjects">
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [...TYPES, "computed" as const].map((key) => ({ key, label: t(`designer.type.${key}`) })),
              onClick: ({ key }) => add(key as Type),
            }}
          >
            <Button type="primary" icon={<PlusOutlined />}>
              {t("dictionary.add")}
            </Button>
          </Dropdown>
          <Several fields={fields} say={say} add={(made) => put([...fields, ...made])} />
        </div>
      )}
      <FieldTable
        subject={subject}
        builtIn={asked.data?.built_in ?? []}
        own={fields}
        uses={asked.data?.uses ?? {}}
        chosen={chosen}
        choose={setChosen}
        below={below}
      />
    </div>
  );
}
