import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import type { Search } from "~/kit/addresses";
import type { Outcome, Page } from "~/ui/list/declaration";

export type Notice = components["schemas"]["Notice"];

const ROWS = 100;
const AGAIN_MS = 30_000;

/** A page of what the reader was told, the newest first. */
export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Notice>> {
  const query = { unseen: search.unseen === "true", cursor, count: ROWS };
  return told(api.GET("/api/v1/notices", { params: { query }, signal }));
}

/** How many the reader has not seen. */
export function useUnseen(): number {
  const asked = useQuery({
    queryKey: ["notices", "unseen"],
    enabled: useMay()("notices:read"),
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/notices", { params: { query: { unseen: true, count: 1 } }, signal })),
  });
  return asked.data?.unseen ?? 0;
}

/** What is urgent and was not seen yet, the newest first. */
export function useUrgent(): Notice[] {
  const asked = useQuery({
    queryKey: ["notices", "urgent"],
    enabled: useMay()("notices:read"),
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/notices", { params: { query: { unseen: true, level: "urgent", count: 3 } }, signal })),
  });
  return asked.data?.rows ?? [];
}

/** Mark notices as seen, without any named all of them; and read again what shows them. */
export function useMark(): (notices?: Notice[]) => Promise<Outcome[]> {
  const client = useQueryClient();
  return async (notices) => {
    const body = notices ? { notice_ids: notices.map((each) => each.notice_id) } : {};
    await told(api.POST("/api/v1/notices/seen", { body }));
    await client.invalidateQueries({ queryKey: ["notices"] });
    await client.invalidateQueries({ queryKey: ["list", "notices"] });
    return (notices ?? []).map((each) => ({ name: each.title.zh ?? "" }));
  };
}
