import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import { Problem } from "~/client/problems";
import type { components } from "~/client/schema";

export type Tracked = components["schemas"]["Tracked"];

const AGAIN_MS = 20_000;

/** An order by its link, read again by itself as long as somebody looks. */
export function useTracked(token: string) {
  return useQuery({
    queryKey: ["tracking", token],
    queryFn: ({ signal }) => told(api.GET("/t/{token}", { params: { path: { token } }, signal })),
    refetchInterval: ({ state }) => (state.error instanceof Problem && state.error.status !== 429 ? false : AGAIN_MS),
    refetchOnWindowFocus: "always",
  });
}
