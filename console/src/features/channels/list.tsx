import { PauseCircleOutlined, PlayCircleOutlined } from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { type Health, health, pause } from "~/features/channels/read";
import type { Language } from "~/kit/texts";
import { Badge, type Tone } from "~/ui/Badge";
import type { Action, Column, List, Outcome } from "~/ui/list/declaration";
import { Code, Span, When } from "~/ui/Words";

const TONES: Record<string, Tone> = {
  healthy: "good",
  troubled: "warn",
  late: "warn",
  broken: "bad",
  paused: "plain",
  new: "way",
};
const STATES = ["healthy", "troubled", "late", "broken", "paused", "new"] as const;
const PERCENT_HIGH = 10;

/** How a channel stands, in a word. */
export function State({ state, t }: { state: string; t: TFunction }) {
  return <Badge tone={TONES[state]}>{t(`channels.state.${state}`)}</Badge>;
}

export function Percent({ value, high = PERCENT_HIGH }: { value: number | null | undefined; high?: number }) {
  if (value === null || value === undefined) return <span className="faint">—</span>;
  return <span className={value >= high ? "figure late" : "figure"}>{value}%</span>;
}

type House = { t: TFunction; language: Language; named: (row: Health) => string };

function columns({ t, language, named }: House): Column<Health>[] {
  return [
    {
      key: "name",
      title: "channels.column.name",
      width: 190,
      phone: "head",
      show: (row) => <b>{named(row)}</b>,
      text: named,
    },
    {
      key: "channel",
      title: "channels.column.channel",
      width: 160,
      show: (row) => <Code>{row.channel}</Code>,
      text: (row) => row.channel,
    },
    {
      key: "state",
      title: "channels.column.state",
      width: 110,
      phone: "end",
      show: (row) => <State state={row.state ?? "healthy"} t={t} />,
      text: (row) => t(`channels.state.${row.state}`),
    },
    {
      key: "why",
      title: "channels.column.why",
      width: 260,
      phone: "line",
      show: (row) =>
        row.why ? (
          <span className="faint" title={row.why[language]}>
            {row.why[language]}
          </span>
        ) : null,
      text: (row) => row.why?.[language] ?? "",
    },
    {
      key: "last_message_at",
      title: "channels.column.last",
      width: 116,
      phone: "line",
      show: (row) => <When at={row.last_message_at} />,
      text: (row) => row.last_message_at ?? "",
    },
    {
      key: "messages_of_a_day",
      title: "channels.column.rate",
      width: 116,
      align: "right",
      phone: "line",
      show: (row) => <span className="figure">{t("channels.per_day", { count: row.messages_of_a_day })}</span>,
      text: (row) => String(row.messages_of_a_day),
    },
    {
      key: "error_percent",
      title: "channels.column.errors",
      width: 80,
      align: "right",
      show: (row) => <Percent value={row.messages_of_a_day + row.refused_of_a_day > 0 ? row.error_percent : null} />,
      text: (row) => String(row.error_percent ?? ""),
    },
    {
      key: "latency",
      title: "channels.column.latency",
      width: 100,
      align: "right",
      show: (row) =>
        row.latency_seconds === null ? <span className="faint">—</span> : <Span seconds={row.latency_seconds} />,
      text: (row) => String(row.latency_seconds ?? ""),
    },
    {
      key: "clean",
      title: "channels.column.clean",
      width: 80,
      align: "right",
      show: (row) => <Percent value={row.clean_percent} high={101} />,
      text: (row) => String(row.clean_percent ?? ""),
    },
    {
      key: "waiting",
      title: "channels.column.waiting",
      width: 110,
      align: "right",
      phone: "line",
      show: (row) => (row.waiting ? <Badge tone="warn">{t("channels.waiting", { count: row.waiting })}</Badge> : null),
      text: (row) => String(row.waiting),
    },
  ];
}

async function each(rows: Health[], paused: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const row of rows) {
    await pause(row.channel, paused);
    outcomes.push({ name: row.channel });
  }
  return outcomes;
}

const ACTIONS: Action<Health>[] = [
  {
    key: "pause",
    title: "channels.act.pause",
    verb: "channels:write",
    icon: PauseCircleOutlined,
    danger: true,
    run: (rows) => each(rows, true),
  },
  {
    key: "resume",
    title: "channels.act.resume",
    verb: "channels:write",
    icon: PlayCircleOutlined,
    run: (rows) => each(rows, false),
  },
];

/** The channels, by how they do. */
export function declare({ extra, ...house }: House & { extra: ReactNode }): List<Health> {
  return {
    word: "channels",
    title: "channels.title",
    empty: "channels.empty",
    begins: true,
    keyOf: (row) => row.channel,
    nameOf: house.named,
    open: (row) => `/channels/${row.channel}`,
    read: async (search, _, signal) => {
      const rows = await health(signal);
      return { rows: rows.filter((row) => !search.state || row.state === search.state) };
    },
    columns: columns(house),
    actions: ACTIONS,
    extra,
    filters: [
      {
        key: "state",
        title: "channels.column.state",
        kind: "choice",
        choices: STATES.map((value) => ({ value, label: house.t(`channels.state.${value}`) })),
      },
    ],
  };
}
