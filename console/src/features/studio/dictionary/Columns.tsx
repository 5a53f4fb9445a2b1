import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Type } from "~/features/studio/designer/model";
import { Words } from "~/features/studio/dictionary/Words";
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
          <Words value={each} number={index + 1} locked={locked} write={(next) => at(index, next)} />
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
