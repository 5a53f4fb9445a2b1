import { Alert, Input, Select } from "antd";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { guess, key, type Leaf, LINE_FIELDS, leaves, ORDER_FIELDS } from "~/features/channels/guess";
import { useFieldWord } from "~/ui/fields";

export type Mapped = { found: Leaf[]; chosen: Record<string, string> };
type Props = { payload: string; put: (payload: string) => void; mapped: Mapped; map: (mapped: Mapped) => void };

/** A real message is pasted; each of its values is given the field of the order that it fills, most by themselves. */
export function MapSample({ payload, put, mapped, map }: Props) {
  const { t } = useTranslation();
  const found = useMemo(() => {
    try {
      return leaves(JSON.parse(payload));
    } catch {
      return null;
    }
  }, [payload]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: guessed anew when another message is pasted.
  useEffect(() => {
    map({ found: found ?? [], chosen: Object.fromEntries((found ?? []).map((leaf) => [key(leaf), guess(leaf)])) });
  }, [found]);
  const wordOf = useFieldWord();
  const word = (field: string, line: boolean) => {
    const plain = wordOf(field);
    return field.startsWith("consignee.")
      ? t("channels.map.consignee", { what: plain })
      : line
        ? t("channels.map.line", { what: plain })
        : plain;
  };
  const options = (line: boolean) =>
    (line ? LINE_FIELDS : ORDER_FIELDS).map((value) => ({ value, label: word(value, line) }));
  return (
    <>
      <Input.TextArea
        className="code"
        autoSize={{ minRows: 5, maxRows: 12 }}
        placeholder={t("channels.sample.paste")}
        aria-label={t("channels.sample.paste")}
        value={payload}
        onChange={(event) => put(event.target.value)}
      />
      {payload.trim() && found === null && <Alert type="warning" showIcon title={t("channels.map.not_json")} />}
      {mapped.found.length > 0 && (
        <div className="leaf-map">
          {mapped.found.map((leaf) => [
            <span key={`${key(leaf)} name`} className="code">
              {leaf.each ? `${leaf.each}[].${leaf.path}` : leaf.path}
            </span>,
            <span key={`${key(leaf)} value`} className="faint">
              {leaf.value}
            </span>,
            <Select
              key={`${key(leaf)} field`}
              size="small"
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              placeholder={t("channels.map.none")}
              aria-label={t("channels.map.fills", { name: leaf.path })}
              value={mapped.chosen[key(leaf)] || undefined}
              options={options(leaf.each !== "")}
              onChange={(field) => map({ ...mapped, chosen: { ...mapped.chosen, [key(leaf)]: field ?? "" } })}
            />,
          ])}
        </div>
      )}
    </>
  );
}
