import { DeleteOutlined, RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Names } from "~/client/names";
import { age, discardMany, facets, name, page, type Row, restoreMany, sendMany } from "~/features/quarantine/read";
import type { Language } from "~/kit/texts";
import { Badge } from "~/ui/Badge";
import type { Action, Choice, Column, List } from "~/ui/list/declaration";
import { Code, Span, When } from "~/ui/Words";

type House = { names: Names; language: Language; reasons: Choice[]; discarded: boolean };

export const SEND: Action<Row> = {
  key: "send",
  title: "quarantine.act.send",
  verb: "messages:write",
  icon: RedoOutlined,
  run: sendMany,
};
export const DISCARD: Action<Row> = {
  key: "discard",
  title: "quarantine.act.discard",
  verb: "messages:write",
  icon: DeleteOutlined,
  danger: true,
  asks: [{ key: "reason", title: "quarantine.ask.reason", kind: "text", required: true }],
  run: discardMany,
};
export const RESTORE: Action<Row> = {
  key: "restore",
  title: "quarantine.act.restore",
  verb: "messages:write",
  icon: UndoOutlined,
  run: restoreMany,
};

/** Why it waits; where an order has its number by now, that order: the message may be given up. */
function Reason({ row, language }: { row: Row; language: Language }) {
  const { t } = useTranslation();
  return (
    <span title={row.told?.[language]}>
      {row.order_no && <Badge tone="good">{t("quarantine.order_since", { no: row.order_no })}</Badge>}{" "}
      {row.told?.[language]}
    </span>
  );
}

function columns({ names, language }: House): Column<Row>[] {
  const channel = (row: Row) => names.channels[row.channel] ?? row.channel;
  return [
    {
      key: "external_no",
      title: "quarantine.column.external_no",
      width: 150,
      phone: "head",
      show: (row) => <Code>{name(row)}</Code>,
      text: (row) => row.external_no,
    },
    {
      key: "reason",
      title: "quarantine.column.reason",
      width: 420,
      phone: "line",
      show: (row) => <Reason row={row} language={language} />,
      text: (row) => row.told?.[language] ?? "",
    },
    {
      key: "channel",
      title: "quarantine.column.channel",
      width: 120,
      phone: "line",
      show: (row) => (row.channel ? <Badge>{channel(row)}</Badge> : null),
      text: channel,
    },
    {
      key: "rows",
      title: "quarantine.column.rows",
      width: 70,
      align: "right",
      show: (row) => row.row_count,
      text: (row) => String(row.row_count),
    },
    {
      key: "received_at",
      title: "quarantine.column.received_at",
      width: 100,
      phone: "line",
      show: (row) => <When at={row.received_at} />,
      text: (row) => row.received_at,
    },
    {
      key: "age",
      title: "quarantine.column.age",
      width: 110,
      align: "right",
      phone: "end",
      show: (row) => <Span seconds={age(row)} />,
    },
  ];
}

/** What could not become an order, the oldest first. */
export function declare(house: House): List<Row> {
  const { names, reasons, discarded } = house;
  return {
    word: "quarantine",
    title: "quarantine.title",
    empty: discarded ? "quarantine.empty_discarded" : "quarantine.empty",
    keyOf: (row) => row.message_id,
    nameOf: name,
    open: (row) => `/quarantine/${row.message_id}`,
    read: page,
    facets,
    topics: ["order", "notice"],
    columns: columns(house),
    actions: discarded ? [RESTORE] : [SEND, DISCARD],
    views: [
      { key: "waiting", title: "quarantine.view.waiting", search: {} },
      { key: "discarded", title: "quarantine.view.discarded", search: { state: "discarded" } },
    ],
    filters: [
      { key: "reason", title: "quarantine.column.reason", kind: "choice", choices: reasons },
      {
        key: "channel",
        title: "quarantine.column.channel",
        kind: "choice",
        choices: Object.entries(names.channels).map(([value, label]) => ({ value, label })),
      },
      { key: "external_no", title: "quarantine.column.external_no", kind: "text" },
      { key: "received", title: "quarantine.column.received_at", kind: "days" },
    ],
  };
}
