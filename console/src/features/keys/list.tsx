import { StopOutlined } from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { type Key, page, revoke, stateOf } from "~/features/keys/read";
import { Badge, type Tone } from "~/ui/Badge";
import type { List } from "~/ui/list/declaration";
import { Code, When } from "~/ui/Words";

const TONES: Record<string, Tone> = { active: "good", revoked: "plain", expired: "warn" };

type House = {
  t: TFunction;
  reach: (key: Key) => string;
  several: (verbs: readonly string[]) => string;
  extra: ReactNode;
};

/** Who may come in by the API. */
export function declare({ t, reach, several, extra }: House): List<Key> {
  return {
    word: "keys",
    title: "keys.title",
    empty: "keys.empty",
    begins: true,
    keyOf: (row) => row.key_id,
    read: page,
    extra,
    views: [
      { key: "all", title: "keys.view.all", search: {} },
      { key: "active", title: "keys.view.active", search: { state: "active" } },
    ],
    columns: [
      {
        key: "name",
        title: "keys.column.name",
        width: 180,
        phone: "head",
        show: (row) => row.name,
        text: (row) => row.name,
      },
      {
        key: "prefix",
        title: "keys.column.prefix",
        width: 130,
        phone: "line",
        show: (row) => <Code>{row.prefix}</Code>,
      },
      {
        key: "verbs",
        title: "keys.column.verbs",
        width: 360,
        phone: "line",
        show: (row) => <span title={row.verbs.join(" ")}>{several(row.verbs)}</span>,
        text: (row) => row.verbs.join(" "),
      },
      { key: "scope", title: "keys.column.scope", width: 220, phone: "line", show: reach, text: reach },
      {
        key: "created_at",
        title: "keys.column.created_at",
        width: 120,
        show: (row) => <When at={row.created_at} />,
        text: (row) => row.created_at,
      },
      {
        key: "expires_at",
        title: "keys.column.expires_at",
        width: 120,
        show: (row) => <When at={row.expires_at} />,
        text: (row) => row.expires_at ?? "",
      },
      {
        key: "state",
        title: "keys.column.state",
        width: 90,
        phone: "end",
        show: (row) => <Badge tone={TONES[stateOf(row)]}>{t(`keys.state.${stateOf(row)}`)}</Badge>,
        text: (row) => stateOf(row),
      },
    ],
    actions: [
      { key: "revoke", title: "keys.act.revoke", verb: "keys:write", icon: StopOutlined, danger: true, run: revoke },
    ],
  };
}
