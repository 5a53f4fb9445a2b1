import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext } from "react";
import { api, told } from "~/client/api";
import { forget, keepSession, keptSession, type Session } from "~/client/kept";
import { Away, Problem } from "~/client/problems";
import { covers } from "~/kit/verbs";

export type { Session } from "~/client/kept";

const KEY = ["session"];

/** Who is signed in: null when nobody is. Without a server it is whoever was here last, until the server says more. */
export function useAsked() {
  return useQuery({
    queryKey: KEY,
    queryFn: async () => {
      try {
        const session = await told(api.GET("/api/v1/session"));
        keepSession(session);
        return session;
      } catch (error) {
        const known = error instanceof Away ? keptSession() : null;
        if (known) return known;
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

/** Sign in; everything is then read anew as the one who came. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (said: { login: string; password: string; code?: string }) =>
      told(api.POST("/api/v1/session", { body: said })),
    onSuccess: (session) => {
      keepSession(session);
      client.setQueryData(KEY, session);
    },
  });
}

/** Take an invitation or be the first owner: the link's token, a login of one's own and a password. */
export function useWelcome() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (said: { token: string; login: string; name: string; password: string }) =>
      told(api.POST("/api/v1/welcome", { body: said })),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Read anew who is signed in: a code was shown, a provider has let somebody in. */
export function useRenew(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: KEY });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => told(api.DELETE("/api/v1/session")),
    onSuccess: async ({ url }) => {
      client.setQueryData(KEY, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
      await forget();
      // Who came by a provider is signed in there too; it sends the browser back here.
      if (url) window.location.assign(url);
    },
  });
}

/** Go on in another workspace. */
export function useMove() {
  return useMutation({
    mutationFn: (workspace: string) => told(api.POST("/api/v1/session/workspace", { body: { workspace } })),
    onSuccess: () => window.location.assign("/"),
  });
}

export const SessionContext = createContext<Session | null>(null);

/** The session of whoever works here; only pages behind the sign-in may ask. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("asked for a session outside of one");
  return session;
}

/** Whether this person may do something: `useMay()("orders:release")`. */
export function useMay(): (verb: string) => boolean {
  const { verbs } = useSession();
  return useCallback((verb) => verb === "" || covers(verbs, verb), [verbs]);
}
