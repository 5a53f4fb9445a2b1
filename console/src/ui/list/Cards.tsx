import { Link } from "@tanstack/react-router";
import { Checkbox } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Shown } from "~/ui/list/Rows";

/** The rows as cards for a thumb: a head, what stands at its end, and lines below; more come as one nears the end. */
export function Cards<Row>({ list, rows, chosen, choose, choosable, more, loading }: Shown<Row>) {
  const { t } = useTranslation();
  const foot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!foot.current) return;
    const watcher = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && more());
    watcher.observe(foot.current);
    return () => watcher.disconnect();
  }, [more]);
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    choose(next);
  };
  const of = (place: string) => list.columns.filter((each) => each.phone === place);
  return (
    <ul className="cards">
      {rows.map((row) => {
        const key = list.keyOf(row);
        const inside = (
          <>
            <div className="card-head">
              <span>
                {of("head").map((each) => (
                  <b key={each.key}>{each.show(row)}</b>
                ))}
              </span>
              <span>
                {of("end").map((each) => (
                  <span key={each.key}>{each.show(row)}</span>
                ))}
              </span>
            </div>
            <div className="card-lines">
              {of("line").map((each) => (
                <span key={each.key}>{each.show(row)}</span>
              ))}
            </div>
          </>
        );
        return (
          <li key={key} className={chosen.has(key) ? "card chosen" : "card"}>
            {choosable && (
              <Checkbox
                checked={chosen.has(key)}
                aria-label={t("list.choose", { name: list.nameOf?.(row) ?? key })}
                onChange={() => toggle(key)}
              />
            )}
            {list.open ? (
              <Link to={list.open(row)} className="card-body">
                {inside}
              </Link>
            ) : (
              <div className="card-body">{inside}</div>
            )}
          </li>
        );
      })}
      <div ref={foot} className="rows-more" aria-hidden={!loading}>
        {loading && t("list.loading")}
      </div>
    </ul>
  );
}
