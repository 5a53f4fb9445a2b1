import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Words } from "~/features/studio/dictionary/Words";
import type { Choice } from "~/ui/form/definition";

type Props = { value: Choice[]; locked: boolean; write: (next: Choice[]) => void };

/** Choices with their words. What is kept of one is its value, which goes with the first word until it is written. */
export function Choices({ value, locked, write }: Props) {
  const { t } = useTranslation();
  const at = (index: number, next: Choice) => write(value.map((each, other) => (other === index ? next : each)));
  return (
    <div className="choices">
      {value.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: choices are their places.
        <div key={index} className="choice">
          <Input
            aria-label={`${t("dictionary.option.value")} ${index + 1}`}
            placeholder={t("dictionary.option.value")}
            disabled={locked}
            value={each.value}
            onChange={(event) => at(index, { ...each, value: event.target.value })}
          />
          <Words value={each} number={index + 1} locked={locked} write={(next) => at(index, next)} />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            disabled={locked}
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
        onClick={() => write([...value, { value: `option_${value.length + 1}` }])}
      >
        {t("dictionary.option.add")}
      </Button>
    </div>
  );
}
