import { PlusOutlined } from "@ant-design/icons";
import { Button, Popover, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Column } from "~/ui/rules/vocabulary";
import { type Term, wordOf } from "~/ui/rules/vocabulary";

type Props = { side: "inputs" | "outputs"; terms: Term[]; columns: Column[]; add: (column: Column) => void };

const GROUPS = [
  "order",
  "lines",
  "customer",
  "stock",
  "credit",
  "channel",
  "window",
  "now",
  "shipment",
  "stage",
  "hold",
  "skus",
];

/** Another column, chosen by what people call it. */
export function AddColumn({ side, terms, columns, add }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const [open, setOpen] = useState(false);
  const [line, setLine] = useState<Term | null>(null);
  const [value, setValue] = useState("");
  const options = useMemo(() => {
    const free = terms.filter((each) => !columns.some((one) => one.field === each.name));
    const option = (each: Term) => ({
      value: each.name,
      label: wordOf(each, language),
      search: `${each.zh} ${each.en} ${each.name}`.toLowerCase(),
    });
    if (side === "outputs") return free.map(option);
    const own = free.filter((each) => each.own);
    return [
      ...(own.length > 0 ? [{ label: t("studio.sheet.own"), options: own.map(option) }] : []),
      ...GROUPS.map((group) => ({
        label: t(`studio.root.${group}`),
        options: free.filter((each) => !each.own && each.name.split(/[.[]/)[0] === group).map(option),
      })).filter((each) => each.options.length > 0),
    ];
  }, [terms, columns, side, language, t]);
  const done = (column: Omit<Column, "id">) => {
    add({ id: `c${Math.random().toString(36).slice(2, 8)}`, ...column });
    setOpen(false);
    setLine(null);
    setValue("");
  };
  const chosen = (name: string) => {
    const term = terms.find((each) => each.name === name);
    if (!term) return;
    if (side === "inputs" && /^(lines|skus)\[\]/.test(name)) setLine(term);
    else done({ name: side === "inputs" ? `${term.zh} ${term.en}` : name, field: name });
  };
  const some = () => {
    if (!line || !value) return;
    const path = line.name.replace(/^(lines|skus)\[\]\./, "");
    const root = line.name.startsWith("skus") ? "skus" : "lines";
    const told = line.type === "number" || line.type === "yes" ? value : JSON.stringify(value);
    done({ name: `${line.zh} ${line.en}`, field: `some(${root}, #.${path} == ${told})` });
  };
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      placement="bottomLeft"
      destroyOnHidden
      content={
        <div className="choosing">
          <Select
            autoFocus
            defaultOpen
            showSearch
            listHeight={320}
            aria-label={t(`studio.sheet.add_${side}`)}
            placeholder={t("studio.sheet.which")}
            value={line?.name}
            options={options as never}
            filterOption={(typed, option) =>
              ((option as { search?: string })?.search ?? "").includes(typed.toLowerCase())
            }
            onChange={chosen}
          />
          {line && (
            <>
              <span className="faint">{t("studio.sheet.some_line")}</span>
              <Select
                mode="tags"
                maxCount={1}
                aria-label={t("studio.form.value")}
                value={value ? [value] : []}
                options={
                  line.type === "yes"
                    ? ["true", "false"].map((each) => ({
                        value: each,
                        label: t(each === "true" ? "studio.sheet.yes" : "studio.sheet.no"),
                      }))
                    : (line.choices ?? []).map((each) => ({ value: String(each.value), label: wordOf(each, language) }))
                }
                onChange={(next: string[]) => setValue(next.at(-1) ?? "")}
              />
              <Button type="primary" disabled={!value} onClick={some}>
                {t("studio.sheet.add")}
              </Button>
            </>
          )}
        </div>
      }
    >
      <Button type="link" size="small" icon={<PlusOutlined />}>
        {t(`studio.sheet.add_${side}`)}
      </Button>
    </Popover>
  );
}
