import { StopOutlined } from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import type { Names } from "~/client/names";
import { end, page, type Run } from "~/features/flows/read";
import type { Language } from "~/kit/texts";
import { Badge, type Tone } from "~/ui/Badge";
import type { List } from "~/ui/list/declaration";
import { Code, When } from "~/ui/Words";

const TONES: Record<string, Tone> = { waiting: "way", finished: "good", failed: "bad", cancelled: "plain" };
const STATES = ["waiting", "failed", "finished", "cancelled"];

export function State({ state, t }: { state: string; t: TFunction }) {
  return <Badge tone={TONES[state] ?? "plain"}>{t(`flows.state.${state}`)}</Badge>;
}

/** Runs of flows that outlived the moment that began them. */
type House = { t: TFunction; extra: ReactNode; names: Names; language: Language };

export function declare({ t, extra, names, language }: House): List<Run> {
  // A step has the name of its kind, with a number where there are more, until somebody gives it another.
  const step = (node: string) => t(`flows.kind.${node.replace(/\d+$/, "")}`, node);
  return {
    word: "flows",
    title: "flows.runs.title",
    empty: "flows.runs.empty",
    extra,
    keyOf: (row) => row.run_id,
    open: (row) => `/flows/${row.run_id}`,
    read: page,
    topics: ["flow"],
    views: [
      { key: "waiting", title: "flows.runs.view.waiting", search: { state: "waiting" } },
      { key: "failed", title: "flows.runs.view.failed", search: { state: "failed" } },
      { key: "all", title: "flows.runs.view.all", search: {} },
    ],
    filters: [
      {
        key: "state",
        title: "flows.runs.state",
        kind: "choice",
        choices: STATES.map((value) => ({ value, label: t(`flows.state.${value}`) })),
      },
      { key: "flow", title: "flows.runs.flow", kind: "text" },
      { key: "order_no", title: "flows.order_no", kind: "text" },
    ],
    columns: [
      {
        key: "flow",
        title: "flows.runs.flow",
        width: 300,
        phone: "head",
        show: (row) => <span title={row.flow}>{names.flows[row.flow]?.[language] ?? row.flow}</span>,
        text: (row) => row.flow,
      },
      {
        key: "about",
        title: "flows.runs.about",
        width: 170,
        phone: "line",
        show: (row) => <Code>{row.order_no || row.record_no || t("flows.of.workspace")}</Code>,
        text: (row) => row.order_no || row.record_no,
      },
      {
        key: "state",
        title: "flows.runs.state",
        width: 90,
        phone: "end",
        show: (row) => <State state={row.state} t={t} />,
        text: (row) => row.state,
      },
      {
        key: "stands",
        title: "flows.runs.stands",
        width: 140,
        phone: "line",
        show: (row) => row.nodes.map(step).join(t("studio.sheet.comma")),
        text: (row) => row.nodes.join(" "),
      },
      {
        key: "due",
        title: "flows.runs.due",
        width: 110,
        phone: "line",
        show: (row) => <When at={row.due_at} />,
        text: (row) => row.due_at ?? "",
      },
      {
        key: "version",
        title: "flows.runs.version",
        width: 60,
        align: "right",
        show: (row) => <span className="figure">{row.version}</span>,
        text: (row) => String(row.version),
      },
      {
        key: "changed",
        title: "flows.runs.changed",
        width: 110,
        phone: "line",
        show: (row) => <When at={row.changed_at} />,
        text: (row) => row.changed_at,
      },
      {
        key: "started",
        title: "flows.runs.started",
        width: 110,
        show: (row) => <When at={row.started_at} />,
        text: (row) => row.started_at,
      },
    ],
    actions: [
      {
        key: "end",
        title: "flows.runs.end",
        verb: "flows:write",
        icon: StopOutlined,
        danger: true,
        asks: [{ key: "reason", title: "flows.runs.reason", kind: "text", required: true }],
        run: (rows, said) => end(rows, said.reason ?? ""),
      },
    ],
  };
}
