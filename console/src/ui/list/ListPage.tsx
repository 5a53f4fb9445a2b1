import { Empty, Grid, Spin } from "antd";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { BulkBar } from "~/ui/list/BulkBar";
import { Cards } from "~/ui/list/Cards";
import type { List } from "~/ui/list/declaration";
import { Filters } from "~/ui/list/Filters";
import { Rows } from "~/ui/list/Rows";
import { Tools } from "~/ui/list/Tools";
import { useList, useNarrowed } from "~/ui/list/useList";
import { Views } from "~/ui/list/Views";
import { Trouble } from "~/ui/Trouble";
import "~/ui/list/list.css";

/** The one list of the console: what it shows is declared, all else is the same everywhere. */
export function ListPage<Row>({ list }: { list: List<Row> }) {
  const { t } = useTranslation();
  const may = useMay();
  const wide = Grid.useBreakpoint().md ?? true;
  const [search, narrow] = useNarrowed();
  const { asked, rows, facets, stale, refresh } = useList(list, search);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const actions = useMemo(() => (list.actions ?? []).filter((each) => may(each.verb)), [list.actions, may]);
  const picked = useMemo(() => rows.filter((row) => chosen.has(list.keyOf(row))), [rows, chosen, list]);
  const choose = useCallback((next: ReadonlySet<string>) => setChosen(next), []);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = asked;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  // A list that says how to begin does not say so of what a filter hides.
  const narrowed = list.begins && Object.keys(search).length > 0;
  const shown = { list, rows, chosen, choose, choosable: actions.length > 0, more, loading: isFetchingNextPage };
  return (
    <section className="list" aria-label={t(list.title)} aria-busy={asked.isFetching}>
      <header className="list-head">
        <h1>{t(list.title)}</h1>
        <Views list={list} search={search} narrow={narrow} />
        <div className="grow" />
        <Tools list={list} search={search} rows={rows} more={hasNextPage} stale={stale} refresh={refresh} />
        {list.extra}
      </header>
      {list.filters && <Filters filters={list.filters} facets={facets} search={search} narrow={narrow} />}
      {picked.length > 0 && (
        <BulkBar list={list} actions={actions} picked={picked} clear={() => setChosen(new Set())} done={refresh} />
      )}
      {asked.error && rows.length === 0 ? (
        <div className="list-note">
          <Trouble error={asked.error} again={() => asked.refetch()} />
        </div>
      ) : asked.isPending ? (
        <div className="list-note">
          <Spin />
        </div>
      ) : rows.length === 0 ? (
        <Empty className="list-note" description={t(narrowed ? "list.unfit" : list.empty)} />
      ) : wide ? (
        <Rows {...shown} />
      ) : (
        <Cards {...shown} />
      )}
    </section>
  );
}
