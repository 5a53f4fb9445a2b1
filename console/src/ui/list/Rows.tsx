import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { List } from "~/ui/list/declaration";
import { type Does, Line } from "~/ui/list/Line";
import { Tick } from "~/ui/list/Tick";

export type Shown<Row> = {
  list: List<Row>;
  rows: Row[];
  chosen: ReadonlySet<string>;
  choose: (next: ReadonlySet<string>) => void;
  choosable: boolean;
  more: () => void;
  loading: boolean;
};

export const ROW_PX = 30;
const BEYOND = 12;
/** So many rows before the end more are asked for, so that nobody who scrolls waits for them. */
const AHEAD = 50;
const CHOICE_PX = 36;
/** Columns shrink so far before the table scrolls sideways. */
const NARROWEST = 0.8;

/** The rows that are in sight, as a table that arrows walk through; the others are only so much height. */
export function Rows<Row>({ list, rows, chosen, choose, choosable, more, loading }: Shown<Row>) {
  const { t } = useTranslation();
  const go = useNavigate();
  const box = useRef<HTMLElement>(null);
  const last = useRef<number | null>(null);
  const [at, setAt] = useState(-1);
  const [sight, setSight] = useState({ top: 0, height: 800 });
  const first = Math.max(0, Math.floor(sight.top / ROW_PX) - BEYOND);
  const end = Math.min(rows.length, Math.ceil((sight.top + sight.height) / ROW_PX) + BEYOND);

  useLayoutEffect(() => {
    const found = box.current;
    if (!found) return;
    const measured = () => setSight({ top: found.scrollTop, height: found.clientHeight });
    const watcher = new ResizeObserver(measured);
    watcher.observe(found);
    if (document.activeElement === document.body) found.focus({ preventScroll: true });
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (end >= rows.length - AHEAD) more();
  }, [end, rows.length, more]);

  const toggle = (index: number, whole: boolean) => {
    const next = new Set(chosen);
    const from = whole && last.current !== null ? Math.min(last.current, index) : index;
    const to = whole && last.current !== null ? Math.max(last.current, index) : index;
    const on = !chosen.has(list.keyOf(rows[index] as Row));
    for (const row of rows.slice(from, to + 1)) on ? next.add(list.keyOf(row)) : next.delete(list.keyOf(row));
    last.current = index;
    choose(next);
  };
  const open = (row: Row | undefined, event?: MouseEvent) => {
    if (!row || !list.open) return;
    if (event?.ctrlKey || event?.metaKey) window.open(list.open(row), "_blank", "noopener");
    else go({ to: list.open(row) });
  };
  const walk = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    const found = box.current;
    if (!found) return;
    if (next * ROW_PX < found.scrollTop) found.scrollTop = next * ROW_PX;
    else if ((next + 2) * ROW_PX > found.scrollTop + found.clientHeight)
      found.scrollTop = (next + 2) * ROW_PX - found.clientHeight;
  };
  const typed = (event: KeyboardEvent) => {
    if (event.target !== box.current) return;
    const page = Math.floor(sight.height / ROW_PX) - 2;
    const steps: Record<string, number> = {
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const step = steps[event.key];
    if (step !== undefined) walk(at + step);
    else if (event.key === "Enter") open(rows[at]);
    else if ((event.key === " " || event.key === "x") && choosable) toggle(at, event.shiftKey);
    else if (event.key === "Escape") choose(new Set());
    else return;
    event.preventDefault();
  };

  // What a row does is looked up when it is done, so that rows are not drawn anew because more of them are there.
  const does = useRef<Does<Row>>({ open, toggle, stand: setAt });
  does.current = { open, toggle, stand: setAt };
  const wanted = list.columns.reduce((sum, each) => sum + each.width, choosable ? CHOICE_PX : 0);
  const all = rows.length > 0 && rows.every((row) => chosen.has(list.keyOf(row)));
  return (
    <section
      ref={box}
      className="rows"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls, and arrows walk through its rows.
      tabIndex={0}
      aria-label={t("list.rows")}
      onKeyDown={typed}
      onScroll={(event) => setSight({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <table aria-rowcount={rows.length + 1} style={{ minWidth: wanted * NARROWEST }}>
        <colgroup>
          {choosable && <col style={{ width: CHOICE_PX }} />}
          {list.columns.map((each) => (
            <col key={each.key} style={{ width: `${(100 * each.width) / wanted}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {choosable && (
              <th scope="col">
                <Tick
                  on={all}
                  some={!all && chosen.size > 0}
                  label={t("list.choose_all")}
                  turn={() => choose(all ? new Set() : new Set(rows.map(list.keyOf)))}
                />
              </th>
            )}
            {list.columns.map((each) => (
              <th key={each.key} scope="col" className={each.align}>
                {t(each.title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr aria-hidden style={{ height: first * ROW_PX }} />}
          {rows.slice(first, end).map((row, offset) => {
            const index = first + offset;
            const key = list.keyOf(row);
            return (
              <Line
                key={key}
                t={t}
                list={list}
                row={row}
                index={index}
                here={index === at}
                chosen={chosen.has(key)}
                choosable={choosable}
                does={does}
              />
            );
          })}
          {end < rows.length && <tr aria-hidden style={{ height: (rows.length - end) * ROW_PX }} />}
        </tbody>
      </table>
      {loading && <p className="rows-more">{t("list.loading")}</p>}
    </section>
  );
}
