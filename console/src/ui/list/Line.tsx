import type { TFunction } from "i18next";
import { type MouseEvent, memo, type RefObject } from "react";
import type { List } from "~/ui/list/declaration";
import { Tick } from "~/ui/list/Tick";

/** What a row does when it is clicked, ticked or stood on. */
export type Does<Row> = {
  open: (row: Row, event: MouseEvent) => void;
  toggle: (index: number, whole: boolean) => void;
  stand: (index: number) => void;
};

type Props<Row> = {
  t: TFunction;
  list: List<Row>;
  row: Row;
  index: number;
  here: boolean;
  chosen: boolean;
  choosable: boolean;
  does: RefObject<Does<Row>>;
};

function Drawn<Row>({ t, list, row, index, here, chosen, choosable, does }: Props<Row>) {
  const marks = [here && "at", chosen && "chosen", list.open && "opens"].filter(Boolean);
  return (
    <tr
      aria-rowindex={index + 2}
      className={marks.join(" ")}
      onMouseDown={() => does.current.stand(index)}
      onClick={(event) => does.current.open(row, event)}
    >
      {choosable && (
        <td>
          <Tick
            on={chosen}
            label={t("list.choose", { name: list.nameOf?.(row) ?? list.keyOf(row) })}
            turn={(whole) => does.current.toggle(index, whole)}
          />
        </td>
      )}
      {list.columns.map((each) => (
        <td key={each.key} className={each.align}>
          {each.show(row)}
        </td>
      ))}
    </tr>
  );
}

/** One row of a list, drawn again only when something of it is another. */
export const Line = memo(Drawn) as typeof Drawn;
