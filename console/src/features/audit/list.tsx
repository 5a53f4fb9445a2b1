import type { ReactNode } from "react";
import { Changed, changes } from "~/features/audit/Changed";
import { Origin } from "~/features/audit/Origin";
import { type Line, page } from "~/features/audit/read";
import type { Words } from "~/features/audit/words";
import { Badge } from "~/ui/Badge";
import type { Choice, List } from "~/ui/list/declaration";
import { When } from "~/ui/Words";

type House = { words: Words; whats: Choice[]; extra: ReactNode };

/** Who did what, when, from where, with what stood before and stands after. */
export function declare({ words, whats, extra }: House): List<Line> {
  return {
    word: "audit",
    title: "audit.title",
    empty: "audit.empty",
    keyOf: (row) => row.audit_id,
    read: page,
    extra,
    views: [
      { key: "all", title: "audit.view.all", search: {} },
      { key: "sessions", title: "audit.view.sessions", search: { what: "session" } },
      { key: "rights", title: "audit.view.rights", search: { what: "user" } },
      { key: "refused", title: "audit.view.refused", search: { what: "permission.refused" } },
      { key: "revealed", title: "audit.view.revealed", search: { what: "person.revealed" } },
    ],
    columns: [
      {
        key: "at",
        title: "audit.column.at",
        width: 120,
        phone: "end",
        show: (row) => <When at={row.at} />,
        text: (row) => row.at,
      },
      {
        key: "actor",
        title: "audit.column.actor",
        width: 150,
        phone: "line",
        show: (row) => words.actor(row.actor),
        text: (row) => words.actor(row.actor),
      },
      {
        key: "what",
        title: "audit.column.what",
        width: 184,
        phone: "head",
        show: (row) =>
          row.what.endsWith("refused") ? <Badge tone="warn">{words.what(row.what)}</Badge> : words.what(row.what),
        text: (row) => words.what(row.what),
      },
      {
        key: "subject",
        title: "audit.column.subject",
        width: 240,
        phone: "line",
        show: (row) => <span title={row.subject}>{words.subject(row)}</span>,
        text: (row) => words.subject(row),
      },
      {
        key: "change",
        title: "audit.column.change",
        width: 400,
        phone: "line",
        show: (row) => <Changed line={row} words={words} />,
        text: (row) =>
          changes(row, words)
            .map(([key, was, is]) => `${key}: ${was} → ${is}`)
            .join("; "),
      },
      {
        key: "origin",
        title: "audit.column.origin",
        width: 190,
        phone: "line",
        show: (row) => <Origin origin={row.origin} />,
        text: (row) => row.origin,
      },
    ],
    filters: [
      { key: "actor", title: "audit.find.actor", kind: "text" },
      { key: "what", title: "audit.find.what", kind: "choice", choices: whats },
      { key: "subject", title: "audit.find.subject", kind: "text" },
      { key: "origin", title: "audit.find.origin", kind: "text" },
      { key: "at", title: "audit.column.at", kind: "days" },
    ],
  };
}
