import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import { titleOf } from "~/features/studio/list";
import { all, type Content } from "~/features/studio/read";

type Schemas = components["schemas"];
export type Components = Schemas["Components"];
export type Tried = Schemas["orderloom.trials.flows.Tried"];
export type Lit = Schemas["Lit"];
export type Choice = { value: string; label: string };

/** What a flow about this is drawn with. */
export function useComponents(of: string) {
  return useQuery({
    queryKey: ["flows", "components", of],
    staleTime: 300_000,
    queryFn: ({ signal }) => told(api.GET("/api/v1/flows/components", { params: { query: { of } }, signal })),
  });
}

/** Documents of a kind in force, to choose from. */
export function useDocuments(kind: string): Choice[] {
  const { language } = useLanguage();
  const asked = useQuery({
    queryKey: ["flows", "documents", kind],
    staleTime: 60_000,
    queryFn: ({ signal }) => all(kind, signal),
  });
  return (asked.data ?? [])
    .filter((each) => each.version && !each.retired_at)
    .map((each) => {
      const title = titleOf(each, language);
      return { value: each.name, label: title === each.name ? title : `${title} · ${each.name}` };
    });
}

/** Whom a step may name: the workspace's roles, and duties that have no role of their own yet. */
export function useRoles(): Choice[] {
  const { roles } = useNames();
  const { language } = useLanguage();
  return Object.entries(roles).map(([value, said]) => ({ value, label: `${said[language] ?? value} · ${value}` }));
}

/** The robots and mailboxes that are set up. */
export function useMessengers() {
  const asked = useQuery({
    queryKey: ["messengers"],
    enabled: useMay()("messengers:read"),
    staleTime: 60_000,
    queryFn: ({ signal }) => told(api.GET("/api/v1/messengers", { signal })),
  });
  return asked.data ?? [];
}

/** How many runs wait at each node of a flow. */
export function useStanding(name: string, wanted: boolean) {
  const may = useMay()("flows:read");
  return useQuery({
    queryKey: ["flows", "standing", name],
    enabled: may && wanted,
    refetchInterval: 30_000,
    queryFn: ({ signal }) => told(api.GET("/api/v1/flows/{name}/standing", { params: { path: { name } }, signal })),
  });
}

/** The newest orders, to try a flow on. */
export function useOrders() {
  return useQuery({
    queryKey: ["flows", "orders"],
    enabled: useMay()("orders:read"),
    queryFn: async ({ signal }) =>
      (await told(api.GET("/api/v1/orders", { params: { query: { count: 30 } }, signal }))).rows,
  });
}

export type Asked = {
  name: string;
  content: Content;
  order_no?: string;
  record_no?: string;
  trigger?: string;
  event?: Content;
  exits?: Record<string, string>;
  sample?: Content;
};

/** Which way a draft would go, and what it would do; nothing is saved or told. */
export function test(asked: Asked): Promise<Tried> {
  return told(api.POST("/api/v1/flows/test", { body: asked as never }));
}
