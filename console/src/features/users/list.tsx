import { CheckCircleOutlined, KeyOutlined, StopOutlined, TagsOutlined } from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { assign, disable, each, enable, type Invited, page, reset, stateOf, type User } from "~/features/users/read";
import { Badge, type Tone } from "~/ui/Badge";
import type { Choice, Column, List } from "~/ui/list/declaration";
import { Code, When } from "~/ui/Words";

const TONES: Record<string, Tone> = { active: "good", linked: "good", invited: "warn", disabled: "plain" };

type House = {
  t: TFunction;
  /** What a role is called. */
  named: (role: string) => string;
  roles: Choice[];
  /** Shows the links that were made. */
  tell: (links: Invited[]) => void;
  extra: ReactNode;
};

function plain(key: "name" | "email" | "customer_no", width: number): Column<User> {
  const text = (row: User) => row[key];
  return { key, title: `users.column.${key}`, width, phone: "line", show: text, text };
}

/** The people who may sign in here. */
export function declare({ t, named, roles, tell, extra }: House): List<User> {
  const states = Object.keys(TONES).map((value) => ({ value, label: t(`users.state.${value}`) }));
  const links = async (users: User[]) => {
    const made: Invited[] = [];
    const outcomes = await each(users, async (login) => made.push(await reset(login)));
    if (made.length > 0) tell(made);
    return outcomes;
  };
  return {
    word: "users",
    title: "users.title",
    empty: "users.empty",
    begins: true,
    keyOf: (row) => row.login,
    read: page,
    extra,
    views: [
      { key: "all", title: "users.view.all", search: {} },
      { key: "disabled", title: "users.view.disabled", search: { state: "disabled" } },
    ],
    columns: [
      {
        key: "login",
        title: "users.column.login",
        width: 210,
        phone: "head",
        show: (row) => <Code>{row.login}</Code>,
        text: (row) => row.login,
      },
      plain("name", 120),
      {
        key: "roles",
        title: "users.column.roles",
        width: 260,
        phone: "line",
        show: (row) => row.roles.map(named).join("、"),
        text: (row) => row.roles.join(" "),
      },
      plain("email", 200),
      plain("customer_no", 110),
      {
        key: "state",
        title: "users.column.state",
        width: 100,
        phone: "end",
        show: (row) => <Badge tone={TONES[stateOf(row)]}>{t(`users.state.${stateOf(row)}`)}</Badge>,
        text: stateOf,
      },
      {
        key: "created_at",
        title: "users.column.created_at",
        width: 130,
        show: (row) => <When at={row.created_at} />,
        text: (row) => row.created_at,
      },
    ],
    filters: [
      { key: "text", title: "users.find", kind: "text" },
      { key: "role", title: "users.column.roles", kind: "choice", choices: roles },
      { key: "state", title: "users.column.state", kind: "choice", choices: states },
    ],
    actions: [
      {
        key: "roles",
        title: "users.act.roles",
        verb: "users:write",
        icon: TagsOutlined,
        asks: [{ key: "roles", title: "users.ask.roles", kind: "choices", required: true, choices: roles }],
        run: (users, said) => {
          const dealers = new Map(users.map((one) => [one.login, one.customer_no]));
          return each(users, (login) => assign(login, (said.roles ?? "").split(","), dealers.get(login) ?? ""));
        },
      },
      { key: "reset", title: "users.act.reset", verb: "users:write", icon: KeyOutlined, run: links },
      {
        key: "enable",
        title: "users.act.enable",
        verb: "users:write",
        icon: CheckCircleOutlined,
        run: (users) => each(users, enable),
      },
      {
        key: "disable",
        title: "users.act.disable",
        verb: "users:write",
        icon: StopOutlined,
        danger: true,
        run: (users) => each(users, disable),
      },
    ],
  };
}
