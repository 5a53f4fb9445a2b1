import { useQuery } from "@tanstack/react-query";
import { api, once, told } from "~/client/api";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";

export type Health = components["schemas"]["Health"];
export type Template = components["schemas"]["Template"];
export type Signature = components["schemas"]["orderloom.actions.pushes.Kept"];
export type Tried = components["schemas"]["orderloom.api.channels.Read"];
export type Key = components["schemas"]["orderloom.api.keys.Shown"];
export type Content = Record<string, unknown>;

const KEY = ["channels", "health"];
const LOOK_MS = 30_000;
const RUNS = 20;
const at = (channel: string) => ({ params: { path: { channel } } });

export function health(signal?: AbortSignal): Promise<Health[]> {
  return told(api.GET("/api/v1/channels/health", { signal }));
}

/** One channel's health, looked at again by itself. */
export function useHealth(channel: string) {
  return useQuery<Health | null>({
    queryKey: [...KEY, channel],
    refetchInterval: LOOK_MS,
    queryFn: async ({ signal }) => (await health(signal)).find((each) => each.channel === channel) ?? null,
  });
}

export function useTemplates() {
  return useQuery({
    queryKey: ["channels", "templates"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => told(api.GET("/api/v1/channels/templates", { signal })),
  });
}

export function useSignature(channel: string) {
  return useQuery({
    queryKey: ["channels", channel, "signature"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/channels/{channel}/signature", { ...at(channel), signal })),
  });
}

export function useRuns(channel: string) {
  return useQuery({
    queryKey: ["channels", channel, "runs"],
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v1/channels/{channel}/runs", { params: { path: { channel }, query: { count: RUNS } }, signal }),
      ),
  });
}

export function useAccounts() {
  return useQuery({
    queryKey: ["channels", "accounts"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => told(api.GET("/api/v1/channels/accounts", { signal })),
  });
}

/** The channel's document in force; nothing for whom documents are closed. */
export function useDocument(channel: string) {
  return useQuery({
    queryKey: ["documents", "channel", channel],
    enabled: useMay()("documents:read"),
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v1/documents/{kind}/{name}", { params: { path: { kind: "channel", name: channel } }, signal }),
      ),
  });
}

/** The keys that reach this channel, by their scope. */
export function useKeys(channel: string) {
  return useQuery({
    queryKey: ["keys"],
    enabled: useMay()("keys:read"),
    queryFn: ({ signal }) => told(api.GET("/api/v1/keys", { signal })),
    select: (keys) =>
      keys.filter(
        (each) => !each.revoked_at && ((each.scope as { channels?: string[] }).channels ?? []).includes(channel),
      ),
  });
}

/** The breakers that stop this channel now. */
export function useBreakers(channel: string) {
  return useQuery({
    queryKey: ["breakers"],
    enabled: useMay()("breakers:read"),
    queryFn: ({ signal }) => told(api.GET("/api/v1/breakers", { params: { query: { count: 200 } }, signal })),
    select: (page) => page.rows.filter((each) => each.kind === "channel" && each.name === channel),
  });
}

/** What a message would become by a channel document; nothing is kept. */
export function trySample(channel: string, content: Content, payload: string): Promise<Tried> {
  const body = { content: content as never, payload };
  return told(api.POST("/api/v1/channels/{channel}/sample", { ...at(channel), body }));
}

/** Draft a channel document and put it in force. */
export async function publish(name: string, content: Content, comment: string): Promise<void> {
  const path = { kind: "channel", name };
  await told(
    api.PUT("/api/v1/documents/{kind}/{name}/draft", {
      params: { path },
      body: { content: content as never, cases: [], edition: 0 },
    }),
  );
  const body = { documents: [{ kind: "channel", name }], comment };
  await told(api.POST("/api/v1/documents/publish", { body, headers: once() }));
}

export const pause = (channel: string, paused: boolean) =>
  paused
    ? told(api.POST("/api/v1/channels/{channel}/pause", { ...at(channel), headers: once() }))
    : told(api.POST("/api/v1/channels/{channel}/resume", { ...at(channel), headers: once() }));

export const catchUp = (channel: string) =>
  told(api.POST("/api/v1/channels/{channel}/catch-up", { ...at(channel), headers: once() }));

export const keepSecret = (channel: string, secret: string, app_key: string) =>
  told(api.PUT("/api/v1/channels/{channel}/signature", { ...at(channel), body: { secret, app_key } }));

export const dropSecret = (channel: string) =>
  told(api.DELETE("/api/v1/channels/{channel}/signature", { ...at(channel) }));

export const keepAccount = (channel: string, account: Record<string, string>) =>
  told(api.PUT("/api/v1/channels/{channel}/account", { ...at(channel), body: account as never }));

const YEAR_MS = 365 * 86_400_000;

export const makeKey = (channel: string, name: string) =>
  told(
    api.POST("/api/v1/keys", {
      body: {
        name,
        verbs: ["orders:write", "orders:read"],
        scope: { channels: [channel] },
        expires_at: new Date(Date.now() + YEAR_MS).toISOString(),
      },
    }),
  );

export const revokeKey = (keyId: string) =>
  told(api.POST("/api/v1/keys/{key_id}/revoke", { params: { path: { key_id: keyId } } }));
