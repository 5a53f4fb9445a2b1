import { Drawer, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { Answer } from "~/features/studio/rules/Answer";
import { Condition } from "~/features/studio/rules/Condition";
import type { TableRow } from "~/features/studio/rules/graph";
import type { Shown } from "~/features/studio/rules/sheets";
import { wordOf } from "~/ui/rules/vocabulary";

type Props = {
  row: TableRow;
  no: number;
  columns: Shown[];
  locked: boolean;
  put: (id: string, cell: string) => void;
  close: () => void;
};

/** One row of a wide table by itself: all its conditions, then all its answers. */
export function RowForm({ row, no, columns, locked, put, close }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const part = (side: Shown["side"]) => (
    <fieldset className="row-form">
      <legend>{t(side === "inputs" ? "studio.sheet.when" : "studio.sheet.then")}</legend>
      {columns
        .filter((each) => each.side === side)
        .map(({ column, term }) => {
          const Cell = side === "inputs" ? Condition : Answer;
          return (
            <div key={column.id} className="row-field">
              <span className="form-label">
                {wordOf(term, language)}
                {term.required && <span className="late"> *</span>}
              </span>
              <Cell term={term} cell={row[column.id]} locked={locked} put={(cell) => put(column.id, cell)} />
            </div>
          );
        })}
    </fieldset>
  );
  return (
    <Drawer open size={520} onClose={close} title={t("studio.row.of", { no })} data-testid="row-form">
      <Input
        disabled={locked}
        aria-label={t("studio.sheet.name")}
        placeholder={t("studio.sheet.name_hint")}
        value={row._description ?? ""}
        onChange={(event) => put("_description", event.target.value)}
      />
      {part("inputs")}
      {part("outputs")}
    </Drawer>
  );
}
