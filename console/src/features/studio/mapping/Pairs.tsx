import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

type Props = { value: Record<string, unknown>; locked: boolean; write: (next: Record<string, unknown>) => void };

/** Their word beside ours: one pair a row. */
export function Pairs({ value, locked, write }: Props) {
  const { t } = useTranslation();
  const [rows, setRows] = useState<[string, string][]>(
    Object.entries(value).map(([one, other]) => [one, String(other)]),
  );
  const put = (next: [string, string][]) => {
    setRows(next);
    write(Object.fromEntries(next.filter(([one]) => one !== "")));
  };
  const at = (index: number, next: [string, string]) => put(rows.map((each, other) => (other === index ? next : each)));
  return (
    <div className="choices">
      {rows.map(([theirs, ours], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pairs are their places.
        <div key={index} className="pair-row">
          <Input
            aria-label={`${t("mapping.theirs")} ${index + 1}`}
            placeholder={t("mapping.theirs")}
            disabled={locked}
            value={theirs}
            onChange={(event) => at(index, [event.target.value, ours])}
          />
          <Input
            aria-label={`${t("mapping.ours")} ${index + 1}`}
            placeholder={t("mapping.ours")}
            disabled={locked}
            value={ours}
            onChange={(event) => at(index, [theirs, event.target.value])}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            disabled={locked}
            aria-label={`${t("form.remove")} ${theirs}`}
            onClick={() => put(rows.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      {!locked && (
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => setRows([...rows, ["", ""]])}>
          {t("mapping.values.add")}
        </Button>
      )}
    </div>
  );
}
