import { RollbackOutlined } from "@ant-design/icons";
import { api, once, told } from "~/client/api";
import type { components } from "~/client/schema";
import { Doing } from "~/ui/list/Doing";
import type { Action } from "~/ui/list/declaration";

type Body = components["schemas"]["RevertBody"];
type Confirmed = Pick<Body, "shipment_no" | "stage">;

async function revert(confirmed: Confirmed, reason: string) {
  const body = [{ ...confirmed, reason }];
  const { outcomes } = await told(api.POST("/api/v1/shipments/revert", { body, headers: once() }));
  return [{ name: confirmed.shipment_no, refused: outcomes[0]?.refused ?? undefined }];
}

/** Whether a stage can be taken back at all: what has left the house cannot. */
export const revertible = (stage: string): stage is Body["stage"] => ["picked", "packed", "delivered"].includes(stage);

type Props = { confirmed: Confirmed; close: () => void; done: () => void };

/** Asks why a stage is taken back, does it, and says what became of it. */
export function Reverting({ confirmed, close, done }: Props) {
  const action: Action<Confirmed> = {
    key: "revert",
    title: "revert.title",
    verb: "shipments:write",
    icon: RollbackOutlined,
    danger: true,
    asks: [{ key: "reason", title: "revert.reason", kind: "text", required: true }],
    run: async ([row], said) => {
      const outcomes = row ? await revert(row, said.reason ?? "") : [];
      if (outcomes.every((each) => !each.refused)) done();
      return outcomes;
    },
  };
  return <Doing action={action} rows={[confirmed]} nameOf={(row) => row.shipment_no} close={close} />;
}
