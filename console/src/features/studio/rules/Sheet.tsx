import { Button, Input, Pagination, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Finding } from "~/features/studio/read";
import { AddColumn } from "~/features/studio/rules/AddColumn";
import { Answer } from "~/features/studio/rules/Answer";
import { Condition } from "~/features/studio/rules/Condition";
import type { Table, TableRow } from "~/features/studio/rules/graph";
import { RowForm } from "~/features/studio/rules/RowForm";
import { RowMenu } from "~/features/studio/rules/RowMenu";
import {
  changed,
  emptyColumns,
  fitted,
  freshRow,
  roomFor,
  type Shown,
  type Side,
} from "~/features/studio/rules/sheets";
import { termOf, useTerms, wordOf } from "~/ui/rules/vocabulary";

type Props = {
  point: string;
  table: Table;
  under: string;
  findings: Finding[];
  locked: boolean;
  write: (table: Table) => void;
};
const SIDES: Side[] = ["inputs", "outputs"];
const ROWS = 60;
const FIRST = 4;
const USUAL = new Set(["payer", "priority", "repeat", "stackable", "action", "owner", "blocks", "reserve"]);

/** A decision table in people's words: one row a rule, conditions at the left, answers at the right. */
export function Sheet({ point, table, under, findings, locked, write }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const { reads, answers } = useTerms(point);
  const [all, setAll] = useState(false);
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState<number | null>(null);
  const required = new Set(answers.filter((each) => each.required).map((each) => each.name));
  const known = new Set(answers.map((each) => each.name));
  // A table that answers another point altogether, as after a change of the point, begins with the first of this one's.
  const strange = answers.length > 0 && !table.outputs.some((each) => known.has(each.field ?? ""));
  const asked = strange && required.size === 0 ? answers.slice(0, FIRST).map((each) => each.name) : [...required];
  const missing = asked.filter((name) => !table.outputs.some((each) => each.field === name));
  const empty = emptyColumns(table, required);
  const shownOf = (side: Side): Shown[] =>
    table[side].map((column) => ({ column, side, term: termOf(column, side === "inputs" ? reads : answers) }));
  const every = [...shownOf("inputs"), ...shownOf("outputs")];
  const columns = every.filter((each) => all || !empty.has(each.column.id));
  const count = (side: Side) => columns.filter((each) => each.side === side).length;
  const put = (row: number, id: string, cell: string) =>
    write({ ...table, rules: table.rules.map((each, index) => (index === row ? { ...each, [id]: cell } : each)) });
  const rules = (next: TableRow[]) => write({ ...table, rules: next });
  const add = () => {
    // What must be said and is mostly the same is there already: who pays, whether offers stack.
    const usual = every.filter(({ side, term }) => side === "outputs" && term.required && USUAL.has(term.name));
    rules([
      ...table.rules,
      freshRow(
        table,
        usual.map((each) => each.column.id),
      ),
    ]);
    setPage(Math.ceil((table.rules.length + 1) / ROWS));
    if (every.length > 8) setOpen(table.rules.length);
  };
  const at = (path: string) => findings.filter((each) => each.path === `${under}${path}`);
  const words = (found: Finding[]) => found.map((each) => (language === "en" ? each.en : each.zh)).join("\n");
  const mark = (found: Finding[]) =>
    found.length > 0
      ? { "data-finding": found.some((each) => each.level === "error") ? "error" : "warning", title: words(found) }
      : {};
  const from = (page - 1) * ROWS;
  return (
    <div className="sheet" data-testid="decision-table" data-path={under}>
      <div className="sheet-bar">
        {!locked && (
          <>
            <AddColumn
              side="inputs"
              terms={reads}
              columns={table.inputs}
              add={(column) => write(changed(table, "inputs", [...table.inputs, column]))}
            />
            <AddColumn
              side="outputs"
              terms={answers}
              columns={table.outputs}
              add={(column) => write(changed(table, "outputs", [...table.outputs, column]))}
            />
          </>
        )}
        {!locked && missing.length > 0 && (
          <Button size="small" type="primary" onClick={() => write(fitted(table, known, missing))}>
            {t("studio.sheet.fit", { count: missing.length })}
          </Button>
        )}
        <span className="grow" />
        {empty.size > 0 && (
          <span>
            <Switch
              size="small"
              aria-label={t("studio.sheet.empty_columns", { count: empty.size })}
              checked={all}
              onChange={setAll}
            />{" "}
            {t("studio.sheet.empty_columns", { count: empty.size })}
          </span>
        )}
      </div>
      {at("").map((each) => (
        <div key={each.code + each.zh} className={`form-wrong form-${each.level}`}>
          {language === "en" ? each.en : each.zh}
        </div>
      ))}
      <section className="sheet-scroll" aria-label={t("studio.rules.table")}>
        <table>
          <thead>
            <tr className="sheet-sides">
              <th className="sheet-no" />
              <th className="sheet-name" />
              {SIDES.filter((side) => count(side) > 0).map((side) => (
                <th key={side} className={side === "outputs" ? "then" : undefined} colSpan={count(side)}>
                  <span className="sheet-side">{t(side === "inputs" ? "studio.sheet.when" : "studio.sheet.then")}</span>
                </th>
              ))}
            </tr>
            <tr>
              <th className="sheet-no" scope="col">
                {t("studio.sheet.no_short")}
              </th>
              <th className="sheet-name" scope="col">
                {t("studio.sheet.name")}
              </th>
              {columns.map(({ column, term, side }, index) => (
                <th
                  key={column.id}
                  scope="col"
                  className={side === "outputs" && columns[index - 1]?.side !== "outputs" ? "then" : undefined}
                  {...mark(at(`/${side}/${table[side].indexOf(column)}`))}
                  title={column.field}
                  style={{ minWidth: side === "outputs" ? roomFor(table, column.id) : undefined }}
                >
                  {wordOf(term, language)}
                  {term.required && <span className="late"> *</span>}
                  {!locked && !term.required && (
                    <Button
                      type="text"
                      size="small"
                      className="sheet-drop"
                      aria-label={t("studio.sheet.drop_column", { name: wordOf(term, language) })}
                      onClick={() =>
                        write(
                          changed(
                            table,
                            side,
                            table[side].filter((each) => each !== column),
                          ),
                        )
                      }
                    >
                      ×
                    </Button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rules.slice(from, from + ROWS).map((row, nth) => {
              const index = from + nth;
              return (
                <tr key={row._id || index} data-path={`${under}/rules/${index}`}>
                  <th scope="row" className="sheet-no" {...mark(at(`/rules/${index}`))}>
                    <RowMenu table={table} index={index} locked={locked} put={rules} open={() => setOpen(index)} />
                  </th>
                  <td className="sheet-name">
                    <Input.TextArea
                      variant="borderless"
                      disabled={locked}
                      autoSize={{ minRows: 1, maxRows: 3 }}
                      aria-label={t("studio.sheet.name")}
                      placeholder={t("studio.sheet.name_hint")}
                      value={row._description ?? ""}
                      onChange={(event) => put(index, "_description", event.target.value)}
                    />
                  </td>
                  {columns.map(({ column, term, side }) => {
                    const Cell = side === "inputs" ? Condition : Answer;
                    return (
                      <td
                        key={column.id}
                        data-path={`${under}/rules/${index}/${column.id}`}
                        {...mark(at(`/rules/${index}/${column.id}`))}
                      >
                        <Cell
                          term={term}
                          cell={row[column.id]}
                          locked={locked}
                          put={(cell) => put(index, column.id, cell)}
                        />
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {table.rules.length === 0 && <p className="faint">{t("studio.sheet.none")}</p>}
      <div className="sheet-bar">
        {!locked && (
          <Button type="dashed" onClick={add}>
            {t("studio.sheet.add_row")}
          </Button>
        )}
        <span className="faint">{t(`studio.sheet.hit_${table.hitPolicy === "collect" ? "collect" : "first"}`)}</span>
        <span className="grow" />
        {table.rules.length > ROWS && (
          <Pagination
            size="small"
            current={page}
            pageSize={ROWS}
            total={table.rules.length}
            showSizeChanger={false}
            onChange={setPage}
          />
        )}
      </div>
      {open !== null && table.rules[open] && (
        <RowForm
          row={table.rules[open]}
          no={open + 1}
          columns={every}
          locked={locked}
          put={(id, cell) => put(open, id, cell)}
          close={() => setOpen(null)}
        />
      )}
    </div>
  );
}
