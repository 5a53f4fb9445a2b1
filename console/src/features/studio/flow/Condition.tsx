import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Input, Segmented, Select } from "antd";
import { lazy, Suspense, useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Compared, parted, SIGNS, written } from "~/features/studio/flow/conditions";
import { PanelContext, usePaths } from "~/features/studio/flow/parts";
import { usePathWord } from "~/features/studio/flow/paths";
import { useSpoken } from "~/ui/rules/speaking";

const Expression = lazy(() => import("~/features/studio/rules/Expression"));

type Props = { value: string; label: string; write: (value: string) => void };

/** A condition: put together by choosing, or typed as an expression where it says more. */
export function Condition({ value, label, write }: Props) {
  const { t } = useTranslation();
  const { locked, components } = useContext(PanelContext);
  const said = useSpoken(usePathWord(components)).said(value);
  const [rows, setRows] = useState<Compared[]>(() => parted(value) ?? []);
  // A field that is still being searched for is no expression yet.
  const simple = parted(value) !== undefined || (rows.length > 0 && written(rows) === value);
  const [wanted, setWanted] = useState<"choose" | "type">(simple ? "choose" : "type");
  const how = simple ? wanted : "type";
  // What was written elsewhere, by undoing or by typing, is shown as it is now.
  const shown = written(rows) === value ? rows : (parted(value) ?? []);
  const put = (next: Compared[]) => {
    setRows(next);
    write(written(next));
  };
  const at = (index: number, part: Partial<Compared>) =>
    put(shown.map((each, other) => (other === index ? { ...each, ...part } : each)));
  const { options, labelOf } = usePaths();
  return (
    <div className="flow-when">
      <Segmented
        size="small"
        value={how}
        disabled={!simple}
        onChange={setWanted}
        options={[
          { value: "choose", label: t("flows.condition.choose") },
          { value: "type", label: t("flows.condition.type") },
        ]}
      />
      {how === "type" ? (
        <Suspense fallback={<Input value={value} disabled aria-label={label} />}>
          <Expression label={label} value={value} locked={locked} write={write} />
          {said !== value && <span className="faint flow-hint">{said}</span>}
        </Suspense>
      ) : (
        <>
          {shown.map((each, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: comparisons are their places.
            <div key={index} className="flow-compared">
              <AutoComplete
                disabled={locked}
                aria-label={t("flows.condition.field")}
                placeholder={t("flows.condition.field")}
                title={labelOf(each.path)}
                value={each.path}
                options={options}
                showSearch={{
                  filterOption: (typed, option) =>
                    `${option?.value} ${option?.label}`.toLowerCase().includes(typed.toLowerCase()),
                }}
                onChange={(path) => at(index, { path: path ?? "" })}
              />
              <Select
                disabled={locked}
                aria-label={t("flows.condition.sign")}
                value={each.sign}
                options={SIGNS.map((sign) => ({ value: sign, label: t(`flows.sign.${sign}`) }))}
                onChange={(sign) => at(index, { sign })}
              />
              <Input
                disabled={locked}
                aria-label={t("flows.condition.value")}
                placeholder={t("flows.condition.value")}
                value={each.value}
                onChange={(event) => at(index, { value: event.target.value })}
              />
              {!locked && (
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t("studio.form.remove")}
                  onClick={() => put(shown.filter((_, other) => other !== index))}
                />
              )}
            </div>
          ))}
          {!locked && (
            <Button
              type="dashed"
              size="small"
              icon={<PlusOutlined />}
              onClick={() => setRows([...shown, { path: "", sign: "==", value: "" }])}
            >
              {t(shown.length ? "flows.condition.and" : "flows.condition.add")}
            </Button>
          )}
        </>
      )}
    </div>
  );
}
