import { useQuery } from "@tanstack/react-query";
import { api, once, told } from "~/client/api";
import { Problem } from "~/client/problems";
import type { components } from "~/client/schema";
import type { Search } from "~/kit/addresses";
import type { Outcome, Page } from "~/ui/list/declaration";

type Schemas = components["schemas"];
export type Run = Schemas["orderloom.queries.flows.Row"];
export type Letter = Schemas["orderloom.queries.outbox.Row"];
export type Shown = Schemas["orderloom.queries.flows.Shown"];

const ROWS = 100;

/** A page of runs, as the address narrows it. */
export async function page(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Run>> {
  const query = { ...(search as object), cursor, count: ROWS };
  return told(api.GET("/api/v1/flows/runs", { params: { query }, signal }));
}

/** What could not leave the house. */
export async function letters(search: Search, cursor: string | undefined, signal: AbortSignal): Promise<Page<Letter>> {
  const query = { ...(search as object), cursor, count: ROWS };
  return told(api.GET("/api/v1/outbox/dead", { params: { query }, signal }));
}

/** One run with its story, and the flow as that version has it. */
export function useRun(id: string) {
  return useQuery({
    queryKey: ["flows", "runs", id],
    queryFn: async ({ signal }) => {
      const shown = await told(api.GET("/api/v1/flows/runs/{run_id}", { params: { path: { run_id: id } }, signal }));
      const params = { path: { kind: "flow", name: shown.run.flow }, query: { version: shown.run.version } };
      const drawn = await told(api.GET("/api/v1/documents/{kind}/{name}", { params, signal })).catch(() => undefined);
      return { ...shown, content: drawn?.content as Record<string, unknown> | undefined };
    },
  });
}

/** End runs: what they have done stays, what they wait for is waited for no more. */
export function end(runs: { run_id: string; order_no: string; flow: string }[], reason: string): Promise<Outcome[]> {
  return Promise.all(
    runs.map(async ({ run_id, order_no, flow }) => {
      const name = order_no || flow;
      try {
        const params = { path: { run_id } };
        await told(api.POST("/api/v1/flows/runs/{run_id}/cancel", { params, body: { reason }, headers: once() }));
        return { name };
      } catch (error) {
        if (error instanceof Problem) return { name, refused: error.said };
        throw error;
      }
    }),
  );
}

/** Try dead letters again from the first attempt, or give them up so that what stands behind them goes on. */
export async function decide(verb: "retry" | "give-up", rows: Letter[], reason: string): Promise<Outcome[]> {
  const body = { outbox_ids: rows.map((each) => each.outbox_id), reason };
  const answer = await told(
    verb === "retry"
      ? api.POST("/api/v1/outbox/dead/retry", { body, headers: once() })
      : api.POST("/api/v1/outbox/dead/give-up", { body, headers: once() }),
  );
  return rows.map((each, index) => ({ name: each.topic, refused: answer.outcomes[index]?.refused ?? undefined }));
}
