import { type RefObject, useEffect } from "react";
import type { Finding } from "~/features/studio/read";
import type { Table } from "~/features/studio/rules/graph";

/** Mark the cells that findings are about; rows come and go as the table is scrolled, so it is looked at again. */
export function useMarks(
  box: RefObject<HTMLElement | null>,
  table: Table,
  under: string,
  findings: Finding[],
  wordsOf: (finding: Finding) => string,
): void {
  useEffect(() => {
    const root = box.current;
    if (!root) return undefined;
    const columns = [...table.inputs.map((each) => each.id), ...table.outputs.map((each) => each.id), "_description"];
    const places = new Map<string, Finding>();
    for (const each of findings) {
      if (!each.path.startsWith(`${under}/rules/`)) continue;
      const [row, column] = each.path.slice(`${under}/rules/`.length).split("/");
      const at = column ? columns.indexOf(column) + 1 : 0;
      const place = `${row} ${at}`;
      if (places.get(place)?.level !== "error") places.set(place, each);
    }
    const mark = () => {
      for (const row of root.querySelectorAll("tbody tr")) {
        const cells = row.querySelectorAll<HTMLElement>(":scope > td");
        const index = Number(cells[0]?.textContent ?? "") - 1;
        cells.forEach((cell, at) => {
          const found = places.get(`${index} ${at}`);
          if (found) {
            cell.dataset.finding = found.level;
            cell.title = wordsOf(found);
          } else if (cell.dataset.finding) {
            delete cell.dataset.finding;
            cell.removeAttribute("title");
          }
        });
      }
    };
    mark();
    const watching = new MutationObserver(mark);
    watching.observe(root, { childList: true, subtree: true });
    return () => watching.disconnect();
  }, [box, table, under, findings, wordsOf]);
}
