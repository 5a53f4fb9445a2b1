import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import { useRenew } from "~/client/session";

export type Place = components["schemas"]["orderloom.api.session.Opened"];

const WANTED = "orderloom.wanted";
const PLACES = ["sessions"];

/** By whom one may sign in besides the password; none where that cannot be read, since the password is still there. */
export function useProviders() {
  return useQuery({
    queryKey: ["providers"],
    queryFn: () => told(api.GET("/api/v1/session/providers")),
    staleTime: 300_000,
    retry: false,
  });
}

/** Go to a provider; the address that was wanted is kept for the way back. */
export function useGo() {
  return useMutation({
    mutationFn: (name: string) =>
      told(api.POST("/api/v1/session/providers/{name}/begin", { params: { path: { name } } })),
    onSuccess: ({ url }) => {
      sessionStorage.setItem(WANTED, window.location.pathname + window.location.search);
      window.location.assign(url);
    },
  });
}

/** Hand on what the provider has put into the address; then go where one wanted to. */
export async function handOn(name: string): Promise<void> {
  const said = new URLSearchParams(window.location.search);
  const body = {
    state: said.get("state") ?? "",
    code: said.get("code") ?? "",
    error: said.get("error") ?? "",
    iss: said.get("iss") ?? "",
  };
  await told(api.POST("/api/v1/session/providers/{name}/return", { params: { path: { name } }, body }));
  window.location.replace(wanted());
}

/** The address that somebody wanted before the sign-in; one of ours, whatever is kept. */
export function wanted(): string {
  const kept = sessionStorage.getItem(WANTED) ?? "/";
  return kept.startsWith("/") && !/^\/[/\\]/.test(kept) ? kept : "/";
}

/** Show a one-time code in a session that lacks one. */
export function useProve() {
  const renew = useRenew();
  return useMutation({
    mutationFn: (code: string) => told(api.POST("/api/v1/session/code/prove", { body: { code } })),
    onSuccess: renew,
  });
}

export function useBeginCode() {
  return useMutation({
    mutationFn: (password: string) => told(api.POST("/api/v1/session/code", { body: { password } })),
  });
}

export function useConfirmCode() {
  return useMutation({
    mutationFn: (code: string) => told(api.POST("/api/v1/session/code/confirm", { body: { code } })),
  });
}

export function useEndCode() {
  const renew = useRenew();
  return useMutation({
    mutationFn: (password: string) => told(api.POST("/api/v1/session/code/end", { body: { password } })),
    onSuccess: renew,
  });
}

export function usePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { old: string; new: string }) => told(api.POST("/api/v1/session/password", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: PLACES }),
  });
}

/** Where one is signed in, the last used first. */
export function usePlaces() {
  return useQuery({ queryKey: PLACES, queryFn: () => told(api.GET("/api/v1/sessions")) });
}

/** Sign out in one other place, or without one named everywhere else. */
export function useEnd() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (session_id?: string) => {
      await (session_id
        ? told(api.POST("/api/v1/sessions/{session_id}/end", { params: { path: { session_id } } }))
        : told(api.POST("/api/v1/sessions/end-others")));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: PLACES }),
  });
}
