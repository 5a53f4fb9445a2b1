import { useQuery } from "@tanstack/react-query";
import { api, told } from "~/client/api";
import { useNames } from "~/client/names";
import type { CountedField } from "~/features/studio/vocabulary";
import { TRACK } from "~/kit/stages";
import { useBoardWords } from "~/ui/board/words";

export type Choice = { value: string; label: string };
const GRADES = ["S", "A", "B", "C"];
const STAGES = [...TRACK, "cancelled"];

/** What a field may be: what is known by name, what its dictionary offers, and what there is now, by how often. */
export function useValues(of: string, record: string, field: CountedField, wanted: boolean): Choice[] {
  const names = useNames();
  const words = useBoardWords();
  const known: Record<string, string[]> = {
    channel: Object.keys(names.channels),
    warehouse: Object.keys(names.warehouses),
    stage: STAGES,
    furthest: STAGES,
    shipment_stage: STAGES,
    grade: GRADES,
    code: Object.keys(names.holds),
    event: Object.keys(names.events),
  };
  const present = useQuery({
    queryKey: ["metric-values", of, record, field.name],
    enabled: wanted,
    staleTime: 60_000,
    retry: false,
    queryFn: async ({ signal }) => {
      const title = { zh: "-", en: "-" };
      const content = { title, of, ...(record && { record }), by: [field.name] };
      const { figures } = await told(
        api.POST("/api/v1/metrics/try", { body: { content, summed: true } as never, signal }),
      );
      return figures.sort((a, b) => b.count - a.count).map((each) => each.groups[0] ?? "");
    },
  });
  const values = [...(field.values ?? []), ...(present.data ?? []), ...(known[field.name] ?? [])];
  return [...new Set(values)]
    .filter((value) => value !== "")
    .map((value) => ({ value, label: words.group(field.name, value) }));
}
