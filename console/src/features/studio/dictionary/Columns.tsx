import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Type } from "~/features/studio/designer/model";
import type { FieldShown } from "~/ui/form/definition";

type Props = { value: FieldShown[]; locked: boolean; write: (next: FieldShown[]) => void };
const TYPES: Type[] = ["text", "number", "money", "date", "boolean", "phone"];

/** The columns of a table in a field. */
export function Columns({ value, locked, write }: Props) {
  const { t } = useTranslation();
  const at = (index: number, next: FieldShown) => write(value.map((each, other) => (other === index ? next : each)));
  return (
    <div className="choices">
      {value.map((each, index) => (
        <div key={each.name} className="choice">
          <Input
            aria-label={`${t("dictionary.zh")} ${index + 1}`}
            placeholder={t("dictionary.zh")}
            disabled={locked}
            value={each.zh ?? ""}
            onChange={(event) => at(index, { ...each, zh: event.target.value })}
          />
          <Input
            aria-label={`${t("dictionary.en")} ${index + 1}`}
            placeholder={t("dictionary.en")}
            disabled={locked}
            value={each.en ?? ""}
            onChange={(event) => at(index, { ...each, en: event.target.value })}
          />
          <Select
            aria-label={`${t("dictionary.type")} ${index + 1}`}
            disabled={locked}
            value={each.type}
            options={TYPES.map((type) => ({ value: type, label: t(`designer.type.${type}`) }))}
            onChange={(type) => at(index, { ...each, type })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            disabled={locked || value.length === 1}
            aria-label={`${t("form.remove")} ${index + 1}`}
            onClick={() => write(value.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <Button
        size="small"
        type="dashed"
        icon={<PlusOutlined />}
        disabled={locked}
        onClick={() => write([...value, { name: free(value), type: "text" } as FieldShown])}
      >
        {t("dictionary.column.add")}
      </Button>
    </div>
  );
}

function free(there: FieldShown[]): string {
  let number = there.length + 1;
  while (there.some((each) => each.name === `column_${number}`)) number += 1;
  return `column_${number}`;
}
