import { useQuery } from "@tanstack/react-query";
import { api, OURS, once, told } from "~/client/api";
import { Away, Problem } from "~/client/problems";
import type { components } from "~/client/schema";

type Schemas = components["schemas"];
export type Row = Schemas["orderloom.queries.documents.Row"];
export type Kind = Schemas["KindShown"];
export type Finding = Schemas["orderloom.api.documents.FindingShown"];
export type Entry = Schemas["orderloom.queries.documents.Entry"];
export type Difference = Schemas["Difference"];
export type Summary = Schemas["Summary"];
export type Content = Record<string, unknown>;
export type Key = { kind: string; name: string };
export type Change = { order_no: string; placed_at: string; fields: Record<string, [unknown, unknown]> };

const ROWS = 500;
const PAGES_MAX = 10;

/** What kinds of documents there are, with the schema and an example of each. */
export function useKinds() {
  return useQuery({ queryKey: ["kinds"], queryFn: () => told(api.GET("/api/v1/kinds")), staleTime: 600_000 });
}

/** Every document, of one kind if asked: a workspace has hundreds, not thousands. */
export async function all(kind: string | undefined, signal?: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await told(
      api.GET("/api/v1/documents", { params: { query: { kind, cursor, count: ROWS } }, signal }),
    );
    rows.push(...found.rows);
    if (!found.next) break;
    cursor = found.next;
  }
  return rows;
}

/** What stands and what is being written: the draft where there is one, else what is in force, else the example. */
export async function whole({ kind, name }: Key, example: Kind | undefined, signal: AbortSignal) {
  const row = (await all(kind, signal)).find((each) => each.name === name);
  const params = { params: { path: { kind, name } }, signal };
  const live = row?.version ? await told(api.GET("/api/v1/documents/{kind}/{name}", params)) : undefined;
  const draft = row?.draft_edition ? await told(api.GET("/api/v1/documents/{kind}/{name}/draft", params)) : undefined;
  const content = (draft?.content ?? live?.content ?? begun(kind, name, example)) as Content;
  const cases = (draft?.cases ?? live?.cases ?? example?.cases ?? []) as Content[];
  return { row, live, draft, content, cases, edition: draft?.edition ?? 0 };
}

/** The model of a document that begins with nothing. */
export const BLANK = "-";

/** A kind whose example is another document in force, or nothing at all: what a new document begins with. */
export function useLike(shape: Kind | undefined, like: string, metric = "") {
  return useQuery({
    queryKey: ["document", shape?.name, "like", like, metric],
    enabled: shape !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Kind> => {
      const kind = shape as Kind;
      if (kind.name === "alert" && metric) return watching(kind, metric, signal);
      if (!like) return kind;
      const nothing = { title: { zh: "", en: "" }, nodes: [], edges: [] };
      if (like === BLANK) return { ...kind, example: nothing as never, cases: [] };
      const params = { params: { path: { kind: kind.name, name: like } }, signal };
      const { content, cases } = await told(api.GET("/api/v1/documents/{kind}/{name}", params));
      return { ...kind, example: content as never, cases: cases as never };
    },
  });
}

/** An alert that watches a metric begins with what that is called and which way it should go. */
async function watching(kind: Kind, metric: string, signal: AbortSignal): Promise<Kind> {
  const params = { params: { path: { kind: "metric", name: metric } }, signal };
  const { content } = await told(api.GET("/api/v1/documents/{kind}/{name}", params));
  const { title, better } = content as Content;
  const example = { ...(kind.example as Content), title, metric, is: better === "more" ? "lt" : "gt" };
  return { ...kind, example: { ...example, notify: [{ to: "operations" }] } as never, cases: [] };
}

const SUBJECTS = new Set(["order", "line", "customer", "sku", "shipment"]);

/** What a document begins with: the example of its kind; a dictionary of its own subject, empty. */
function begun(kind: string, name: string, example: Kind | undefined): Content {
  if (kind !== "fields") return (example?.example as Content | undefined) ?? {};
  if (SUBJECTS.has(name) || !example) return { subject: name, fields: [] };
  return { subject: name, zh: name, en: name, series: "R", fields: [] };
}

export type Whole = Awaited<ReturnType<typeof whole>>;

export function useWhole(key: Key, example: Kind | undefined) {
  return useQuery({
    queryKey: ["document", key.kind, key.name],
    enabled: example !== undefined,
    queryFn: ({ signal }) => whole(key, example, signal),
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
  });
}

export function useHistory({ kind, name }: Key, version: number) {
  return useQuery({
    queryKey: ["document", kind, name, "history", version],
    enabled: version > 0,
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v1/documents/{kind}/{name}/history", {
          params: { path: { kind, name }, query: { count: 100 } },
          signal,
        }),
      ),
  });
}

export function useDiff({ kind, name }: Key, before: number, after: number, edition: number) {
  return useQuery({
    queryKey: ["document", kind, name, "diff", before, after, edition],
    enabled: before > 0 && (after > 0 || edition > 0),
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v1/documents/{kind}/{name}/diff", {
          params: { path: { kind, name }, query: { before, after } },
          signal,
        }),
      ),
  });
}

export function save({ kind, name }: Key, content: Content, cases: Content[], edition: number) {
  return told(
    api.PUT("/api/v1/documents/{kind}/{name}/draft", {
      params: { path: { kind, name } },
      body: { content, cases, edition } as never,
    }),
  );
}

/** What is written on the page of another document and goes with it: a form's fields, a channel's status map. */
const BESIDE: Record<string, (content: Content) => [kind: string, name: unknown]> = {
  form: (content) => ["fields", content.subject],
  channel: (content) => ["status_map", content.status_map],
};

/** The draft, and the one beside it where there is one. */
async function together(key: Key, edition: number, content: Content) {
  const [kind, name] = BESIDE[key.kind]?.(content) ?? [];
  const rows = kind && name ? await all(kind) : [];
  const beside = rows.filter((each) => each.name === name && each.draft_edition);
  return [{ ...key, edition }, ...beside.map((each) => ({ kind: each.kind, name: each.name }))];
}

export async function check(key: Key, edition: number, content: Content) {
  return told(api.POST("/api/v1/documents/check", { body: await together(key, edition, content) }));
}

export async function publish(key: Key, edition: number, comment: string, content: Content, moves: boolean) {
  const body = { documents: await together(key, edition, content), comment, move_runs: moves };
  return told(api.POST("/api/v1/documents/publish", { body, headers: once() }));
}

/** Several drafts in one revision. */
export function publishAll(rows: Row[], comment: string) {
  const documents = rows.map(({ kind, name, draft_edition }) => ({ kind, name, edition: draft_edition }));
  const body = { documents, comment, move_runs: false } as never;
  return told(api.POST("/api/v1/documents/publish", { body, headers: once() }));
}

export function rollBack({ kind, name }: Key, version: number, comment: string) {
  const params = { path: { kind, name } };
  return told(
    api.POST("/api/v1/documents/{kind}/{name}/roll-back", { params, body: { version, comment }, headers: once() }),
  );
}

export function retire({ kind, name }: Key, comment: string) {
  const params = { path: { kind, name } };
  return told(api.POST("/api/v1/documents/{kind}/{name}/retire", { params, body: { comment }, headers: once() }));
}

export function drop({ kind, name }: Key) {
  return told(api.DELETE("/api/v1/documents/{kind}/{name}/draft", { params: { path: { kind, name } } }));
}

type Line = { change?: Change; summary?: Summary; refused?: { code: string; zh: string; en: string } };

/** Try a draft on the orders of a period; each order that would change is told as it is found. */
export async function backtest(
  key: Key,
  period: { since: string; until: string },
  signal: AbortSignal,
  heard: (line: Line) => void,
): Promise<void> {
  const answer = await fetch("/api/v1/backtests", {
    method: "POST",
    signal,
    headers: { ...OURS, "Content-Type": "application/json" },
    body: JSON.stringify({ documents: [key], ...period }),
  });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  if (!answer.body) throw new Away();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const each of lines) if (each) heard(JSON.parse(each));
  }
}
