import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import type { Table, TableRow } from "~/features/studio/rules/graph";
import { freshRow } from "~/features/studio/rules/sheets";

type MenuProps = { table: Table; index: number; locked: boolean; put: (rows: TableRow[]) => void; open: () => void };

/** What can be done with a row. */
export function RowMenu({ table, index, locked, put, open }: MenuProps) {
  const { t } = useTranslation();
  const rows = table.rules;
  const move = (by: number) => {
    const next = [...rows];
    const [taken] = next.splice(index, 1);
    if (taken) next.splice(index + by, 0, taken);
    put(next);
  };
  const doing: Record<string, () => void> = {
    open,
    copy: () =>
      put([...rows.slice(0, index + 1), { ...rows[index], ...freshRow(table) } as TableRow, ...rows.slice(index + 1)]),
    above: () => put([...rows.slice(0, index), freshRow(table), ...rows.slice(index)]),
    up: () => move(-1),
    down: () => move(1),
    remove: () => put(rows.filter((_, other) => other !== index)),
  };
  const items = (locked ? ["open"] : ["open", "copy", "above", "up", "down", "remove"]).map((key) => ({
    key,
    label: t(`studio.row.${key}`),
    danger: key === "remove",
    disabled: (key === "up" && index === 0) || (key === "down" && index === rows.length - 1),
  }));
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => doing[key]?.() }}>
      <Button type="text" size="small" aria-label={t("studio.row.of", { no: index + 1 })}>
        <span className="figure">{index + 1}</span>
      </Button>
    </Dropdown>
  );
}
