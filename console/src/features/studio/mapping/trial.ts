import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, told } from "~/client/api";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";
import type { Content } from "~/features/studio/read";

export type Tried = components["schemas"]["orderloom.api.channels.Read"];
export type Wrong = Tried["errors"][number];
const SETTLE_MS = 350;

/** What a payload becomes by the mapping as it is written now. */
export function useTrial(channel: string, content: Content, payload: unknown) {
  const may = useMay()("channels:write");
  const asked = JSON.stringify({ content, payload: payload === undefined ? undefined : JSON.stringify(payload) });
  const [settled, setSettled] = useState(asked);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(asked), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  return useQuery<Tried>({
    queryKey: ["mapping", "try", channel, settled],
    enabled: may && payload !== undefined && content.mapping !== undefined && "payload" in JSON.parse(settled),
    retry: false,
    placeholderData: (before) => before,
    queryFn: ({ signal }) =>
      told(
        api.POST("/api/v1/channels/{channel}/sample", {
          params: { path: { channel } },
          body: JSON.parse(settled),
          signal,
        }),
      ),
  });
}

export type Trial = ReturnType<typeof useTrial>;
