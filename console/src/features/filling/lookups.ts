import { api, OURS, told } from "~/client/api";
import { Away, Problem } from "~/client/problems";
import type { Kept, Lookups } from "~/ui/form/definition";

/** What a form by a link may ask: goods with their prices, and uploads. */
export function lookupsOf(token: string): Lookups {
  const path = { token };
  return {
    skus: async (words) => {
      const { rows } = await told(api.GET("/f/{token}/goods", { params: { path, query: { words } } }));
      return rows.map((each) => ({
        value: each.sku,
        label: each.name || each.sku,
        beside: each.price ? `${each.price} / ${each.unit}` : undefined,
      }));
    },
    upload: async (file) => {
      const query = new URLSearchParams({ name: file.name });
      const type = file.type || "application/octet-stream";
      let answer: Response;
      try {
        answer = await fetch(`/f/${token}/files?${query}`, {
          method: "POST",
          body: file,
          headers: { ...OURS, "Content-Type": type },
        });
      } catch {
        throw new Away();
      }
      if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
      return (await answer.json()) as Kept;
    },
  };
}
