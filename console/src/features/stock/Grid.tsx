import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type Cell<Row> = { title: string; show: (row: Row) => ReactNode; right?: boolean };

type Props<Row> = {
  label: string;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  cells: Cell<Row>[];
  empty: string;
};

/** A few rows under their words; what there is not says what it means. */
export function Grid<Row>({ label, rows, keyOf, cells, empty }: Props<Row>) {
  const { t } = useTranslation();
  if (rows.length === 0) return <p className="faint">{t(empty)}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls sideways on a phone.
    <section className="stock-grid" tabIndex={0} aria-label={t(label)}>
      <table>
        <thead>
          <tr>
            {cells.map((each) => (
              <th key={each.title} scope="col" className={each.right ? "right" : undefined}>
                {t(each.title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {cells.map((each) => (
                <td key={each.title} className={each.right ? "right figure" : undefined}>
                  {each.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
