import { DeleteOutlined, DownOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Collapse, Input, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { Checks } from "~/features/studio/designer/Checks";
import { Condition } from "~/features/studio/designer/Condition";
import { FormFacts } from "~/features/studio/designer/FormFacts";
import {
  changed,
  type FormContent,
  type Item,
  labelOf,
  lean,
  placed,
  requiredWhen,
  requiring,
  type Section,
  type Spot,
} from "~/features/studio/designer/model";
import type { Owned } from "~/features/studio/designer/own";
import { Fact, FieldFacts } from "~/features/studio/dictionary/FieldFacts";
import type { FieldShown } from "~/ui/form/definition";
import { Form } from "~/ui/form/Form";

type Props = {
  form: FormContent;
  fields: Map<string, FieldShown>;
  own: Owned;
  chosen: Spot | null;
  locked: boolean;
  choose: (spot: Spot | null) => void;
  write: (form: FormContent) => void;
};

/** What is chosen, and what can be said of it: the form, a section, a field. */
export function Properties(props: Props) {
  const { t } = useTranslation();
  const { form, fields, chosen, locked, choose, write } = props;
  const section = chosen ? form.sections[chosen.section] : undefined;
  const item = chosen && chosen.item >= 0 ? section?.items[chosen.item] : undefined;
  if (chosen && section && item) return <ItemFacts key={item.field} {...props} chosen={chosen} item={item} />;
  if (chosen && section) {
    const put = (part: Partial<Section>) => write(changed(form, chosen, { ...section, ...part }));
    return (
      <div className="properties">
        <h3>{t("designer.section", { at: chosen.section + 1 })}</h3>
        <Words value={section} locked={locked} write={put} />
        <Button type="link" onClick={() => choose(null)}>
          {t("designer.whole")}
        </Button>
      </div>
    );
  }
  return (
    <div className="properties">
      <FormFacts form={form} locked={locked} write={write} />
      <h4>{t("designer.checks")}</h4>
      <Checks form={form} fields={fields} field="" locked={locked} write={write} />
    </div>
  );
}

type Named = { zh?: string; en?: string };
type WordsProps = { value: Named; hint?: Named; locked: boolean; write: (next: Named) => void };

function Words({ value, hint, locked, write }: WordsProps) {
  const { t } = useTranslation();
  return (["zh", "en"] as const).map((each) => (
    <Fact key={each} label={t(`dictionary.${each}`)}>
      <Input
        aria-label={t(`dictionary.${each}`)}
        disabled={locked}
        maxLength={100}
        placeholder={hint?.[each]}
        value={value[each] ?? ""}
        onChange={(event) => write({ [each]: event.target.value || undefined })}
      />
    </Fact>
  ));
}

function ItemFacts({ form, fields, own, chosen, item, locked, choose, write }: Props & { chosen: Spot; item: Item }) {
  const { t, i18n } = useTranslation();
  const field = fields.get(item.field);
  const mine = own.fields.find((each) => each === field);
  const put = (part: Partial<Item>) =>
    write(changed(form, chosen, { ...lean({ ...item, ...part }), field: item.field }));
  const others = new Map([...fields].filter(([name]) => name !== item.field));
  const count = form.sections[chosen.section]?.items.length ?? 0;
  const move = (by: number) => {
    const to = { ...chosen, item: chosen.item + (by > 0 ? 2 : -1) };
    write(placed(form, item, to, chosen));
    choose({ ...chosen, item: chosen.item + by });
  };
  const must = (when: string) => {
    const words = (language: "zh" | "en") =>
      i18n.getFixedT(language)("designer.must_words", { name: labelOf(item, field, language) });
    const checks = requiring(form, item.field, when, { zh: words("zh"), en: words("en") });
    write({ ...form, checks: checks.length > 0 ? checks : undefined });
  };
  return (
    <div className="properties">
      <h3>
        {field ? t(`designer.type.${field.type}`) : t("designer.unknown_field", { name: item.field })}
        <code className="faint">{item.field}</code>
      </h3>
      <Words value={item} hint={field} locked={locked} write={put} />
      <span className="fact-flag">
        <Switch
          size="small"
          aria-label={t("dictionary.required")}
          disabled={locked || field?.required}
          checked={item.required === true || field?.required === true}
          onChange={(required) => put({ required })}
        />
        {t("dictionary.required")}
      </span>
      <Condition
        label={t("designer.visible_when")}
        value={item.visible_when ?? ""}
        fields={others}
        locked={locked}
        write={(visible_when) => put({ visible_when })}
      />
      {!item.required && (
        <Condition
          label={t("designer.required_when")}
          value={requiredWhen(form, item.field)?.when ?? ""}
          fields={others}
          locked={locked}
          write={must}
        />
      )}
      {field && !["image", "file", "signature", "sku_lines", "sub_table"].includes(field.type) && (
        <div className="fact-default">
          <Form
            form={lone({ ...field, ...(item.options && { options: item.options }) }, t("designer.default"))}
            values={{ value: item.default }}
            locked={locked}
            onChange={(next) => put({ default: next.value })}
          />
        </div>
      )}
      <h4>{t("designer.checks.here")}</h4>
      <Checks form={form} fields={fields} field={item.field} locked={locked} write={write} />
      {mine && (
        <Collapse
          size="small"
          ghost
          items={[
            {
              key: "field",
              label: t("designer.field_itself"),
              children: <FieldFacts field={mine} beside={others} locked={locked} write={own.put} />,
            },
          ]}
        />
      )}
      {!locked && (
        <div className="properties-end">
          <Button
            icon={<UpOutlined />}
            disabled={chosen.item === 0}
            aria-label={t("studio.form.up")}
            onClick={() => move(-1)}
          />
          <Button
            icon={<DownOutlined />}
            disabled={chosen.item >= count - 1}
            aria-label={t("studio.form.down")}
            onClick={() => move(1)}
          />
          <Button
            danger
            icon={<DeleteOutlined />}
            onClick={() => {
              write(changed(form, chosen, undefined));
              choose(null);
            }}
          >
            {t("designer.remove")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A form of this one field, to say what it begins with. */
function lone(field: FieldShown, label: string) {
  const alone = { ...field, name: "value", zh: label, en: label, required: false, visible_when: "", computed: "" };
  return { form: "", subject: "", zh: "", en: "", sections: [{ zh: "", en: "", fields: [alone] }], checks: [] };
}
