/** A cell that a spreadsheet would take for a formula gets an apostrophe before it. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string): string {
  const plain = FORMULA.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Rows as CSV with the mark by which spreadsheets know UTF-8. */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
