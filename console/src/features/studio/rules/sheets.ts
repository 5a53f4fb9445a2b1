import type { Column, Table, TableRow } from "~/features/studio/rules/graph";

/** A row that says nothing yet, with a name of its own. */
export function freshRow(table: Table): TableRow {
  const taken = new Set(table.rules.map((each) => each._id));
  let no = table.rules.length + 1;
  while (taken.has(`row_${no}`)) no += 1;
  return { _id: `row_${no}` };
}

/** Columns that no row uses, the required ones aside. */
export function emptyColumns(table: Table, required: Set<string>): Set<string> {
  const bare = [...table.inputs, ...table.outputs].filter(
    (column) => !required.has(column.field ?? "") && table.rules.every((row) => !row[column.id]),
  );
  return table.rules.length > 1 ? new Set(bare.map((each) => each.id)) : new Set();
}

/** The table with other columns on a side; what stood in a column that went goes with it. */
export function changed(table: Table, side: "inputs" | "outputs", columns: Column[]): Table {
  const kept = new Set(columns.map((each) => each.id));
  const gone = table[side].filter((each) => !kept.has(each.id)).map((each) => each.id);
  const rules = table.rules.map(
    (row) => Object.fromEntries(Object.entries(row).filter(([id]) => !gone.includes(id))) as TableRow,
  );
  return { ...table, [side]: columns, rules };
}
