import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import { useMay, useSession } from "~/client/session";
import { type Search, write } from "~/kit/addresses";

/** A view that somebody named: one's own, or one that others share. */
export type Kept = components["schemas"]["orderloom.queries.views.Shown"];

type Told = { name: string; search: Search };
export const NAME_CHARS_MAX = 60;

export type Keeping = {
  /** Whether this person may keep views at all. */
  may: boolean;
  shares: boolean;
  kept: Kept[];
  error: unknown;
  keep: (name: string, search: Search) => void;
  rename: (view: Kept, name: string) => void;
  share: (view: Kept, shared: boolean) => void;
  drop: (view: Kept) => void;
};

/** The views of a list that this person sees in this workspace. */
export function useKept(word: string): Keeping {
  const may = useMay();
  const client = useQueryClient();
  const key = ["views", word];
  const reads = may("views:read");
  const asked = useQuery({
    queryKey: key,
    enabled: reads,
    staleTime: 60_000,
    queryFn: ({ signal }) => told(api.GET("/api/v1/views", { params: { query: { list: word } }, signal })),
  });
  const change = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  const path = (view: Kept) => ({ path: { view_id: view.view_id } });
  useTakenOver(word, reads && may("views:write"), (views, done) =>
    change.mutate(async () => {
      for (const { name, search } of views)
        await told(api.POST("/api/v1/views", { body: { list: word, name: name.slice(0, NAME_CHARS_MAX), search } }));
      done();
    }),
  );
  return {
    may: reads && may("views:write"),
    shares: may("views:share"),
    kept: asked.data ?? [],
    error: change.error ?? asked.error,
    keep: (name, search) =>
      change.mutate(() => told(api.POST("/api/v1/views", { body: { list: word, name, search } }))),
    rename: (view, name) =>
      change.mutate(() => told(api.POST("/api/v1/views/{view_id}/rename", { params: path(view), body: { name } }))),
    share: (view, shared) =>
      change.mutate(() => told(api.POST("/api/v1/views/{view_id}/share", { params: path(view), body: { shared } }))),
    drop: (view) => change.mutate(() => told(api.DELETE("/api/v1/views/{view_id}", { params: path(view) }))),
  };
}

/** Views that this browser kept before the hub did are given to it, once. */
function useTakenOver(word: string, may: boolean, give: (views: Told[], done: () => void) => void): void {
  const { user, workspace } = useSession();
  const place = `orderloom.views.${workspace}.${user.login}.${word}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for a list.
  useEffect(() => {
    if (!may) return;
    const found = read(place);
    if (found.length > 0) give(found, () => localStorage.removeItem(place));
  }, [may, place]);
}

function read(place: string): Told[] {
  try {
    const found = JSON.parse(localStorage.getItem(place) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each?.name === "string" && each.search) : [];
  } catch {
    return [];
  }
}

/** Whether two searches narrow a list alike. */
export function alike(one: Search, other: Search): boolean {
  return write(one) === write(other);
}
