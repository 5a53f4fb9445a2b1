import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { typed, written } from "~/features/studio/rules/cases";

export type Pair = [string, unknown];

type Props = {
  pairs: Pair[];
  paths: string[];
  locked: boolean;
  write: (pairs: Pair[]) => void;
};

/** Names with their values, typed beside each other. */
export function Pairs({ pairs, paths, locked, write }: Props) {
  const { t } = useTranslation();
  const at = (index: number, next: Pair) => write(pairs.map((each, other) => (other === index ? next : each)));
  return (
    <div className="pairs">
      {pairs.map(([path, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a path is typed letter by letter.
        <div key={index} className="pair">
          <AutoComplete
            disabled={locked}
            aria-label={t("studio.cases.path")}
            value={path}
            options={paths.map((each) => ({ value: each }))}
            onChange={(next) => at(index, [next, value])}
          />
          <span className="faint">=</span>
          <Input
            disabled={locked}
            aria-label={path || t("studio.form.value")}
            value={written(value)}
            onChange={(event) => at(index, [path, typed(event.target.value)])}
          />
          {!locked && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t("studio.form.remove")}
              onClick={() => write(pairs.filter((_, other) => other !== index))}
            />
          )}
        </div>
      ))}
      {!locked && (
        <Button type="dashed" icon={<PlusOutlined />} onClick={() => write([...pairs, ["", ""]])}>
          {t("studio.cases.set")}
        </Button>
      )}
    </div>
  );
}
