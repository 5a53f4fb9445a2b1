import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import { useFresh } from "~/client/live";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";

export type Shown = components["schemas"]["orderloom.queries.approvals.Shown"];
export type Approval = components["schemas"]["Approval"];
export type Step = components["schemas"]["orderloom.domain.ballots.Step"];
export type Decided = components["schemas"]["Decided"];
export type State = "open" | "approved" | "rejected" | "withdrawn" | "all";

const KEY = "approvals";
const ROWS = 100;

/** Approvals: those that wait for whoever asks, or all in a state. */
export function useApprovals(wanted: { mine: boolean; state: State }) {
  const may = useMay()("approvals:read");
  useFresh([KEY], ["approval"]);
  return useQuery({
    queryKey: [KEY, wanted],
    enabled: may,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/approvals", { params: { query: { ...wanted, count: ROWS } }, signal })),
  });
}

/** Orders that are held now. */
export function useHeld() {
  const may = useMay()("orders:read");
  useFresh(["orders", "held"], ["order"]);
  return useQuery({
    queryKey: ["orders", "held"],
    enabled: may,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/orders", { params: { query: { held: true, count: ROWS } }, signal })),
  });
}

/** The account that a grant is asked for; nothing for whom credit is closed. */
export function useAccount(account: string) {
  const may = useMay()("credit:read");
  return useQuery({
    queryKey: ["credit", account],
    enabled: may && account !== "",
    retry: false,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/credit/accounts/{account}", { params: { path: { account } }, signal })),
  });
}

/** Whose turn it is: the step that is voted on now. */
export function turn(approval: Approval): Step {
  return approval.escalated ?? approval.spec.steps[approval.level ?? 0] ?? {};
}

/** How many seats a step has, how many of them must agree, and how many do so far. */
export function count(approval: Approval): { wanted: number; seats: number; yes: number } {
  const step = turn(approval);
  const seats = (step.roles?.length ?? 0) + (step.persons?.length ?? 0) + (step.steps?.length ?? 0);
  const wanted = step.rule === "all" ? seats : step.rule === "n_of_m" ? (step.n ?? 1) : 1;
  const now = (approval.votes ?? []).filter(
    (each) => each.level === approval.level && each.round === approval.round && each.verdict === "approve",
  );
  return { wanted, seats, yes: now.length };
}
