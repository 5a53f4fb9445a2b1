import { useQuery } from "@tanstack/react-query";
import { api, once, told } from "~/client/api";
import type { components } from "~/client/schema";
import type { Search } from "~/kit/addresses";
import type { Facets, Outcome, Page } from "~/ui/list/declaration";

export type Row = components["schemas"]["orderloom.queries.messages.Row"];
export type Apart = components["schemas"]["Apart"];
export type Leaf = components["schemas"]["Leaf"];
export type Try = components["schemas"]["Try"];
export type Changes = Record<string, string>;
type Said = Record<string, string | undefined>;

const ROWS = 100;
const AGE_MS = 1_000;

/** The address narrows by reason, channel, number, file and days; without a state it is what waits. */
function query(search: Search) {
  return search as Record<string, never>;
}

export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Row>> {
  return told(api.GET("/api/v1/messages", { params: { query: { ...query(search), cursor, count: ROWS } }, signal }));
}

export function counted(search: Search, signal: AbortSignal) {
  const { external_no: _, ...narrowed } = search;
  return told(api.GET("/api/v1/messages/facets", { params: { query: query(narrowed) }, signal }));
}

export async function facets(search: Search, signal: AbortSignal): Promise<Facets> {
  const { reason, channel, rows, cut } = await counted(search, signal);
  return { counts: { reason, channel }, newest: cut ? rows : undefined };
}

/** The message apart, its people masked as the role has it; who looks is written into the audit trail. */
export function useApart(messageId: string) {
  return useQuery({
    queryKey: ["quarantine", messageId, "apart"],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/messages/{message_id}/anatomy", { params: { path: { message_id: messageId } }, signal })),
  });
}

export function useTries(messageId: string) {
  return useQuery({
    queryKey: ["quarantine", messageId, "tries"],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/messages/{message_id}/tries", { params: { path: { message_id: messageId } }, signal })),
  });
}

/** Send one again: as it came, with values changed at their places, or with another text. */
export function send(messageId: string, repair: { changes?: Changes; content?: unknown }) {
  const params = { path: { message_id: messageId } };
  return told(api.POST("/api/v1/messages/{message_id}/send", { params, body: repair as never, headers: once() }));
}

function each(rows: Row[], outcomes: { refused?: unknown }[] | undefined): Outcome[] {
  return rows.map((row, index) => ({ name: name(row), refused: (outcomes?.[index]?.refused ?? undefined) as never }));
}

export async function sendMany(rows: Row[]): Promise<Outcome[]> {
  const body = { message_ids: rows.map((row) => row.message_id) };
  return each(rows, (await told(api.POST("/api/v1/messages/send", { body, headers: once() })))?.outcomes);
}

export async function discardMany(rows: Row[], said: Said): Promise<Outcome[]> {
  const body = { message_ids: rows.map((row) => row.message_id), reason: said.reason ?? "" };
  return each(rows, (await told(api.POST("/api/v1/messages/discard", { body, headers: once() })))?.outcomes);
}

export async function restoreMany(rows: Row[]): Promise<Outcome[]> {
  const body = { message_ids: rows.map((row) => row.message_id) };
  return each(rows, (await told(api.POST("/api/v1/messages/restore", { body, headers: once() })))?.outcomes);
}

/** What people call a message: its channel's number, or the rows of its file. */
export function name(row: Pick<Row, "external_no" | "message_id" | "row_from">): string {
  return row.external_no || (row.row_from ? `#${row.row_from}` : row.message_id.slice(-8));
}

export const age = (row: Pick<Row, "received_at">) => (Date.now() - Date.parse(row.received_at)) / AGE_MS;
