import { Progress } from "antd";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import type { Names } from "~/client/names";
import { page, type Row } from "~/features/imports/read";
import type { Language } from "~/kit/texts";
import { Badge, type Tone } from "~/ui/Badge";
import type { Column, List } from "~/ui/list/declaration";
import { When } from "~/ui/Words";

const TONES: Record<string, Tone> = { running: "way", done: "good", failed: "bad" };
const STATES = ["running", "done", "failed"] as const;

type House = {
  t: TFunction;
  names: Names;
  language: Language;
  actor: (actor: string | undefined) => string;
  extra: ReactNode;
};

/** How an import stands, in a word. */
export function State({ state, t }: { state: string; t: TFunction }) {
  return <Badge tone={TONES[state]}>{t(`imports.state.${state}`)}</Badge>;
}

/** How many of a file's rows are done. */
export function percent(row: Row): number {
  if (row.state === "done") return 100;
  return row.rows_total > 0 ? Math.floor((100 * row.rows_done) / row.rows_total) : 0;
}

function columns({ t, names, language, actor }: House): Column<Row>[] {
  const channel = (row: Row) => names.channels[row.channel] ?? row.channel;
  return [
    {
      key: "file_name",
      title: "imports.column.file",
      width: 260,
      phone: "head",
      show: (row) => row.file_name,
      text: (row) => row.file_name,
    },
    {
      key: "state",
      title: "imports.column.state",
      width: 90,
      phone: "end",
      show: (row) => <State state={row.state} t={t} />,
      text: (row) => t(`imports.state.${row.state}`),
    },
    {
      key: "progress",
      title: "imports.column.progress",
      width: 150,
      show: (row) =>
        row.state === "running" ? (
          <Progress percent={percent(row)} size="small" aria-label={t("imports.column.progress")} />
        ) : (
          <span className="faint">{row.told?.[language]}</span>
        ),
    },
    {
      key: "rows_total",
      title: "imports.column.rows",
      width: 80,
      align: "right",
      phone: "line",
      show: (row) => <span className="figure">{t("imports.rows", { count: row.rows_total })}</span>,
      text: (row) => String(row.rows_total),
    },
    {
      key: "rows_waiting",
      title: "imports.column.waiting",
      width: 90,
      align: "right",
      phone: "line",
      show: (row) =>
        row.rows_waiting ? <Badge tone="warn">{t("imports.waiting", { count: row.rows_waiting })}</Badge> : null,
      text: (row) => String(row.rows_waiting ?? 0),
    },
    {
      key: "channel",
      title: "imports.column.channel",
      width: 120,
      phone: "line",
      show: channel,
      text: channel,
    },
    {
      key: "actor",
      title: "imports.column.actor",
      width: 100,
      show: (row) => actor(row.actor),
      text: (row) => actor(row.actor),
    },
    {
      key: "created_at",
      title: "imports.column.created_at",
      width: 100,
      phone: "line",
      show: (row) => <When at={row.created_at} />,
      text: (row) => row.created_at,
    },
  ];
}

/** The files that came, the newest first. */
export function declare(house: House): List<Row> {
  const { t, names, extra } = house;
  return {
    word: "imports",
    title: "imports.title",
    empty: "imports.empty",
    begins: true,
    keyOf: (row) => row.import_id,
    nameOf: (row) => row.file_name,
    open: (row) => `/imports/${row.import_id}`,
    read: page,
    topics: ["order"],
    columns: columns(house),
    extra,
    filters: [
      {
        key: "state",
        title: "imports.column.state",
        kind: "choice",
        choices: STATES.map((value) => ({ value, label: t(`imports.state.${value}`) })),
      },
      {
        key: "channel",
        title: "imports.column.channel",
        kind: "choice",
        choices: Object.entries(names.channels).map(([value, label]) => ({ value, label })),
      },
    ],
  };
}
