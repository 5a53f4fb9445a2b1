import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Condition } from "~/features/studio/designer/Condition";
import { type Check, type FormContent, requiredWhen } from "~/features/studio/designer/model";
import type { FieldShown } from "~/ui/form/definition";

type Props = {
  form: FormContent;
  fields: Map<string, FieldShown>;
  /** The field that they stand at; "" for the whole form. */
  field: string;
  locked: boolean;
  write: (form: FormContent) => void;
};

/** What must not be: where it holds, the form is refused with these words. */
export function Checks({ form, fields, field, locked, write }: Props) {
  const { t } = useTranslation();
  const all = form.checks ?? [];
  const apart = field ? requiredWhen(form, field)?.at : undefined;
  const put = (next: Check[]) => write({ ...form, checks: next.length > 0 ? next : undefined });
  const at = (index: number, part: Partial<Check>) =>
    put(all.map((each, other) => (other === index ? { ...each, ...part } : each)));
  return (
    <div className="choices">
      {all.map((each, index) =>
        (each.field ?? "") !== field || index === apart ? null : (
          // biome-ignore lint/suspicious/noArrayIndexKey: checks are their places.
          <div key={index} className="check" data-path={`/checks/${index}/when`}>
            <Condition
              label={t("designer.check.when")}
              value={each.when}
              fields={fields}
              locked={locked}
              write={(when) => at(index, { when })}
            />
            <Input
              aria-label={t("designer.check.zh")}
              placeholder={t("designer.check.zh")}
              disabled={locked}
              value={each.zh}
              onChange={(event) => at(index, { zh: event.target.value })}
            />
            <Input
              aria-label={t("designer.check.en")}
              placeholder={t("designer.check.en")}
              disabled={locked}
              value={each.en}
              onChange={(event) => at(index, { en: event.target.value })}
            />
            <Button
              type="text"
              size="small"
              danger
              icon={<DeleteOutlined />}
              disabled={locked}
              onClick={() => put(all.filter((_, other) => other !== index))}
            >
              {t("designer.check.remove")}
            </Button>
          </div>
        ),
      )}
      {!locked && (
        <Button
          size="small"
          type="dashed"
          icon={<PlusOutlined />}
          onClick={() => put([...all, { when: "", zh: "", en: "", ...(field && { field }) }])}
        >
          {t("designer.check.add")}
        </Button>
      )}
    </div>
  );
}
