import { DownloadOutlined, ReloadOutlined } from "@ant-design/icons";
import { App, Button, Tooltip } from "antd";
import { memo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Search } from "~/kit/addresses";
import { count } from "~/kit/amounts";
import { csv } from "~/kit/csv";
import type { List } from "~/ui/list/declaration";
import { useSaid } from "~/ui/Trouble";

const EXPORT_ROWS_MAX = 20_000;

type Props<Row> = { list: List<Row>; search: Search; rows: Row[]; more: boolean; stale: boolean; refresh: () => void };

/** How many rows there are, read anew, and taken along as a table; drawn again only when one of these is another. */
export const Tools = memo(Shown) as typeof Shown;

function Shown<Row>({ list, search, rows, more, stale, refresh }: Props<Row>) {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  return (
    <>
      <span className="faint" role="status">
        {t(more ? "list.count_more" : "list.count", { count: rows.length, shown: count(rows.length, locale) })}
      </span>
      <Tooltip title={t(stale ? "list.stale" : "list.refresh")}>
        <Button
          type={stale ? "primary" : "text"}
          icon={<ReloadOutlined />}
          aria-label={t("list.refresh")}
          onClick={refresh}
        />
      </Tooltip>
      <Export list={list} search={search} />
    </>
  );
}

function Export<Row>({ list, search }: { list: List<Row>; search: Search }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const said = useSaid();
  const running = useRef<AbortController | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const columns = list.columns.flatMap(({ title, text, beside }) => [
    ...(text ? [{ title, text }] : []),
    ...(beside ? [beside] : []),
  ]);
  const take = async () => {
    if (running.current) return running.current.abort();
    const mine = new AbortController();
    running.current = mine;
    setDone(0);
    const told: string[][] = [columns.map((each) => t(each.title))];
    try {
      let cursor: string | undefined;
      do {
        const page = await list.read(search, cursor, mine.signal);
        for (const row of page.rows) told.push(columns.map((each) => each.text(row)));
        cursor = page.next ?? undefined;
        setDone(told.length - 1);
      } while (cursor && told.length <= EXPORT_ROWS_MAX);
      save(csv(told), `${list.word}.csv`);
      if (cursor) notification.warning({ title: t("list.export.cut", { count: EXPORT_ROWS_MAX }) });
    } catch (error) {
      if (!mine.signal.aborted) notification.error({ title: said(error) });
    } finally {
      running.current = null;
      setDone(null);
    }
  };
  const label = done === null ? t("list.export.take") : t("list.export.stop", { count: done });
  return (
    <Tooltip title={label}>
      <Button type="text" icon={<DownloadOutlined />} aria-label={label} onClick={take}>
        {done}
      </Button>
    </Tooltip>
  );
}

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
