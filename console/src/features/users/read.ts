import { api, told } from "~/client/api";
import { Problem } from "~/client/problems";
import type { components } from "~/client/schema";
import type { Search } from "~/kit/addresses";
import type { Outcome, Page } from "~/ui/list/declaration";

export type User = components["schemas"]["Member"];
export type Invited = components["schemas"]["Invited"];
export type Role = { name: string; title?: Record<string, string> | null };
export type Wanted = { login: string; name?: string; roles: string[]; customer_no?: string };

/** Whether somebody may come in, has not yet, or may not any more. */
export function stateOf(user: User): "active" | "invited" | "disabled" | "linked" {
  if (user.disabled_at) return "disabled";
  if (user.linked) return "linked";
  return user.has_password ? "active" : "invited";
}

/** Users as the address narrows them: a workspace has few enough to be read at once. */
export async function page(search: Search, _: string | undefined, signal: AbortSignal): Promise<Page<User>> {
  const rows = await told(api.GET("/api/v1/users", { signal }));
  const text = (search.text ?? "").toLowerCase();
  const within = (each: User) =>
    [each.login, each.name, each.email].some((one) => one.toLowerCase().includes(text)) &&
    (!search.state || stateOf(each) === search.state) &&
    (!search.role || each.roles.includes(search.role));
  return { rows: rows.filter(within) };
}

/** The roles in force. */
export async function roles(signal: AbortSignal): Promise<Role[]> {
  const query = { kind: "role", count: 500 };
  const found = await told(api.GET("/api/v1/documents", { params: { query }, signal }));
  return found.rows.filter((each) => each.version > 0 && !each.retired_at).map(({ name, title }) => ({ name, title }));
}

/** One after the other, with an outcome for each: a refusal of one leaves the others. */
export async function each(users: User[], act: (login: string) => Promise<unknown>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { login } of users) {
    try {
      await act(login);
      outcomes.push({ name: login });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      outcomes.push({ name: login, refused: error.said });
    }
  }
  return outcomes;
}

const at = (login: string) => ({ params: { path: { login } } });

export const assign = (login: string, given: string[], customer_no: string) =>
  told(api.POST("/api/v1/users/{login}/roles", { ...at(login), body: { roles: given, customer_no } }));
export const disable = (login: string) => told(api.POST("/api/v1/users/{login}/disable", at(login)));
export const enable = (login: string) => told(api.POST("/api/v1/users/{login}/enable", at(login)));
export const reset = (login: string) => told(api.POST("/api/v1/users/{login}/reset", at(login)));
export const invite = (body: Wanted) => told(api.POST("/api/v1/users", { body }));

/** Whether all members sign in with one-time codes. */
export const codesRequired = async (signal: AbortSignal) =>
  (await told(api.GET("/api/v1/settings", { signal }))).codes_required ?? false;
export const requireCodes = (codes_required: boolean) =>
  told(api.PUT("/api/v1/settings", { body: { codes_required } }));
