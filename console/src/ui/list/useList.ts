import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useHappened } from "~/client/live";
import type { Search } from "~/kit/addresses";
import type { Facets, List } from "~/ui/list/declaration";

/** Where more pages than this are loaded, news are offered and not read by themselves. */
const PAGES_READ_AGAIN = 3;
const SETTLE_MS = 1_500;

/** What the address narrows the list to, and how to narrow it otherwise. */
export function useNarrowed(): [Search, (next: Search) => void] {
  const search = useSearch({ strict: false }) as Search;
  const go = useNavigate();
  const narrow = useCallback((next: Search) => void go({ to: ".", search: next as never, replace: true }), [go]);
  return [search, narrow];
}

/** The rows of a list as far as they are loaded, kept fresh by events. */
export function useList<Row>(list: List<Row>, search: Search) {
  const client = useQueryClient();
  const key = useMemo(() => ["list", list.word, search], [list.word, search]);
  const [stale, setStale] = useState(false);
  const asked = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => list.read(search, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const facets = useQuery({
    queryKey: ["facets", list.word, search],
    queryFn: ({ signal }) => list.facets?.(search, signal) ?? NO_FACETS,
    // The rows are what one waits for: nothing else is asked beside them.
    enabled: list.facets !== undefined && asked.isSuccess && !asked.isPlaceholderData,
    placeholderData: keepPreviousData,
  });
  const refresh = useCallback(() => {
    setStale(false);
    client.invalidateQueries({ queryKey: ["list", list.word] });
    client.invalidateQueries({ queryKey: ["facets", list.word] });
  }, [client, list.word]);
  const pages = asked.data?.pages.length ?? 0;
  const settling = useMemo(() => ({ timer: undefined as ReturnType<typeof setTimeout> | undefined }), []);
  const heard = useCallback(() => {
    if (pages > PAGES_READ_AGAIN) setStale(true);
    else {
      settling.timer ??= setTimeout(() => {
        settling.timer = undefined;
        refresh();
      }, SETTLE_MS);
    }
  }, [pages, refresh, settling]);
  useHappened(list.topics ?? NOTHING, heard);
  const rows = useMemo(() => asked.data?.pages.flatMap((page) => page.rows) ?? [], [asked.data]);
  return { asked, rows, facets: facets.data ?? NO_FACETS, stale, refresh };
}

const NOTHING = ["none"];
const NO_FACETS: Facets = { counts: {} };
