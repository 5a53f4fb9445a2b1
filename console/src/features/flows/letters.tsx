import { CloseCircleOutlined, RedoOutlined } from "@ant-design/icons";
import { decide, type Letter, letters } from "~/features/flows/read";
import type { List } from "~/ui/list/declaration";
import { Code, When } from "~/ui/Words";

const asks = [{ key: "reason", title: "flows.runs.reason", kind: "text" as const, required: true }];
const why = (row: Letter): string => {
  const result = (row.result ?? {}) as Record<string, unknown>;
  return String(result.error ?? result.code ?? result.reason ?? (row.result ? JSON.stringify(row.result) : ""));
};

/** Messages and calls that could not leave the house, until somebody decides on them. */
export function declare(): List<Letter> {
  return {
    word: "letters",
    title: "flows.dead.title",
    empty: "flows.dead.empty",
    keyOf: (row) => row.outbox_id,
    read: letters,
    filters: [{ key: "topic", title: "flows.dead.topic", kind: "text" }],
    columns: [
      {
        key: "topic",
        title: "flows.dead.topic",
        width: 130,
        phone: "head",
        show: (row) => row.topic,
        text: (row) => row.topic,
      },
      { key: "why", title: "flows.dead.why", width: 420, phone: "line", show: why, text: why },
      {
        key: "attempts",
        title: "flows.dead.attempts",
        width: 90,
        align: "right",
        phone: "line",
        show: (row) => <span className="figure">{row.attempts}</span>,
        text: (row) => String(row.attempts),
      },
      {
        key: "at",
        title: "flows.dead.at",
        width: 110,
        phone: "end",
        show: (row) => <When at={row.tried_at} />,
        text: (row) => row.tried_at,
      },
      {
        key: "key",
        title: "flows.dead.key",
        width: 260,
        show: (row) => <Code>{row.key}</Code>,
        text: (row) => row.key,
      },
    ],
    actions: [
      {
        key: "retry",
        title: "flows.dead.retry",
        verb: "outbox:write",
        icon: RedoOutlined,
        asks,
        run: (rows, said) => decide("retry", rows, said.reason ?? ""),
      },
      {
        key: "give_up",
        title: "flows.dead.give_up",
        verb: "outbox:write",
        icon: CloseCircleOutlined,
        danger: true,
        asks,
        run: (rows, said) => decide("give-up", rows, said.reason ?? ""),
      },
    ],
  };
}
