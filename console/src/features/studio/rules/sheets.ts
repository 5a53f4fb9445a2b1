import type { Table, TableRow } from "~/features/studio/rules/graph";
import { goods, plain } from "~/ui/rules/cells";
import type { Column, Term } from "~/ui/rules/vocabulary";

export type Side = "inputs" | "outputs";
/** A column with what its field is called. */
export type Shown = { column: Column; term: Term; side: Side };

/** A row that says nothing yet but what rows of the table mostly say in these columns, with a name of its own. */
export function freshRow(table: Table, usual: string[] = []): TableRow {
  const taken = new Set(table.rules.map((each) => each._id));
  let no = table.rules.length + 1;
  while (taken.has(`row_${no}`)) no += 1;
  return { ...Object.fromEntries(usual.map((id) => [id, mostly(table, id)])), _id: `row_${no}` };
}

function mostly(table: Table, id: string): string {
  const counted = new Map<string, number>();
  for (const row of table.rules) if (row[id]) counted.set(row[id], (counted.get(row[id]) ?? 0) + 1);
  return [...counted].sort(([, one], [, other]) => other - one)[0]?.[0] ?? "";
}

/** Columns that no row uses, the required ones aside. */
export function emptyColumns(table: Table, required: Set<string>): Set<string> {
  const bare = [...table.inputs, ...table.outputs].filter(
    (column) => !required.has(column.field ?? "") && table.rules.every((row) => !row[column.id]),
  );
  return table.rules.length > 1 ? new Set(bare.map((each) => each.id)) : new Set();
}

const ROOM_PX = { least: 108, most: 260, beside: 30, wide: 13.5, narrow: 7.4 };
// The first of the characters that are as wide as they are high.
const WIDE = 0x2e80;

/** How wide a column of answers has to be for what is typed in it, in pixels. */
export function roomFor(table: Table, id: string): number {
  const told = table.rules.map((row) => goods(row[id]) ?? String(plain(row[id] ?? "") ?? row[id] ?? ""));
  const widths = told.map((text) =>
    [...text].reduce((sum, each) => sum + ((each.codePointAt(0) ?? 0) > WIDE ? ROOM_PX.wide : ROOM_PX.narrow), 0),
  );
  return Math.min(ROOM_PX.most, Math.max(ROOM_PX.least, Math.ceil(Math.max(0, ...widths)) + ROOM_PX.beside));
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

/** The table with the answers that its decision point asks for, in place of those that it does not know. */
export function fitted(table: Table, known: Set<string>, missing: string[]): Table {
  const kept = table.outputs.filter((each) => known.has(each.field ?? ""));
  const added = missing.map((name) => ({ id: `a_${name}`, name, field: name }));
  return changed(table, "outputs", [...kept, ...added]);
}
