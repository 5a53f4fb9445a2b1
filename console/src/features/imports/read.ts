import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import type { Search } from "~/kit/addresses";
import type { Page } from "~/ui/list/declaration";

export type Row = components["schemas"]["orderloom.queries.imports.Row"];
export type Stands = components["schemas"]["Stands"];
export type Previewed = components["schemas"]["Previewed"];
export type Uploaded = components["schemas"]["Uploaded"];
export type Choice = components["schemas"]["orderloom.inbox.imports.Choice"];

/** How a file is to be read; what is left empty is found by itself. */
export type Wanted = { channel: string; mapping?: string; sheet?: string; create_skus?: boolean; history?: boolean };

const ROWS = 100;
const LOOK_MS = 1_000;

export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Row>> {
  const query = { ...(search as object), cursor, count: ROWS };
  return told(api.GET("/api/v1/imports", { params: { query }, signal }));
}

/** One import with where its rows are, followed while it runs. */
export function useImport(importId: string) {
  return useQuery<Stands>({
    queryKey: ["imports", importId],
    refetchInterval: (asked) => (asked.state.data?.imported.state === "running" ? LOOK_MS : false),
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/imports/{import_id}", { params: { path: { import_id: importId } }, signal })),
  });
}

export function useMappings() {
  return useQuery({
    queryKey: ["imports", "mappings"],
    staleTime: 60_000,
    queryFn: ({ signal }) => told(api.GET("/api/v1/imports/mappings", { signal })),
  });
}

/** Send a file, or only ask what it would do. */
export async function send(file: File, wanted: Wanted, preview: boolean): Promise<Previewed | Uploaded> {
  const query = { ...wanted, mapping: wanted.mapping ?? "", file_name: file.name, preview };
  const call = api.POST("/api/v1/imports", {
    params: { query },
    body: file as never,
    bodySerializer: (body) => body as never,
    headers: { "Content-Type": "application/octet-stream" },
  });
  return told(call as never);
}

export const isPreview = (answer: Previewed | Uploaded): answer is Previewed => "header" in answer;
