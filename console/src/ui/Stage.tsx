import { useNamed } from "~/client/names";
import { Badge, type Tone } from "~/ui/Badge";

const STAGES: Record<string, Tone> = {
  confirmed: "way",
  backordered: "warn",
  allocated: "way",
  picked: "way",
  packed: "way",
  shipped: "way",
  delivered: "good",
};

/** The stage as the workspace calls it. */
export function Stage({ stage }: { stage: string }) {
  const named = useNamed();
  return <Badge tone={STAGES[stage]}>{named("stages", stage)}</Badge>;
}
