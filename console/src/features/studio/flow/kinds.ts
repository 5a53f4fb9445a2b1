import {
  ApiOutlined,
  AuditOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  ForkOutlined,
  MailOutlined,
  MergeCellsOutlined,
  NodeIndexOutlined,
  PlayCircleOutlined,
  StopOutlined,
  TableOutlined,
  ThunderboltOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";

type Kind = { icon: ComponentType<{ "aria-hidden"?: boolean }>; begins: Record<string, unknown> };

/** What nodes of each kind look like, and what a new one says. */
export const KINDS: Record<string, Kind> = {
  trigger: { icon: PlayCircleOutlined, begins: { on: "event", event: "order.received" } },
  condition: { icon: BranchesOutlined, begins: { branches: [{ exit: "yes", when: "" }] } },
  table: { icon: TableOutlined, begins: { rules: "", into: "answer" } },
  split: { icon: ForkOutlined, begins: {} },
  join: { icon: MergeCellsOutlined, begins: { mode: "all" } },
  wait: { icon: ClockCircleOutlined, begins: { minutes: 30 } },
  approval: { icon: AuditOutlined, begins: { spec: { steps: [{ roles: [] }] } } },
  message: { icon: MailOutlined, begins: { to: "=order.owner", text: { zh: "", en: "" } } },
  action: { icon: ThunderboltOutlined, begins: { do: "order.hold", values: {} } },
  http: { icon: ApiOutlined, begins: { url: "https://" } },
  flow: { icon: NodeIndexOutlined, begins: { flow: "" } },
  end: { icon: StopOutlined, begins: {} },
};

/** The palette, by what one looks for. */
export const GROUPS: { key: string; kinds: string[] }[] = [
  { key: "start", kinds: ["trigger", "end"] },
  { key: "way", kinds: ["condition", "table", "split", "join", "wait"] },
  { key: "do", kinds: ["action", "message", "approval"] },
  { key: "outside", kinds: ["http", "flow"] },
];

/** What a new node says in a flow about this: what goes with an order goes with nothing else. */
export function beginning(kind: string, of: string): Record<string, unknown> {
  const begins = structuredClone(KINDS[kind]?.begins ?? {});
  if (of === "order") return begins;
  if (kind === "trigger") return of === "workspace" ? { on: "manual" } : { on: "event", event: "record.created" };
  if (kind === "action") return { do: of === "workspace" ? "record.create" : "record.set", values: {} };
  if (kind === "message") return { ...begins, to: "" };
  return begins;
}
