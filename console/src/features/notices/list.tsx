import { CheckOutlined } from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { type Notice, page } from "~/features/notices/read";
import type { Language } from "~/kit/texts";
import { Badge, type Tone } from "~/ui/Badge";
import type { List, Outcome } from "~/ui/list/declaration";
import { When } from "~/ui/Words";

const LEVELS: Record<Notice["level"], Tone> = { info: "plain", warning: "warn", urgent: "bad" };

type House = { t: TFunction; language: Language; mark: (notices: Notice[]) => Promise<Outcome[]>; extra: ReactNode };

/** What the reader was told. */
export function declare({ t, language, mark, extra }: House): List<Notice> {
  return {
    word: "notices",
    title: "notices.title",
    empty: "notices.empty",
    keyOf: (row) => row.notice_id,
    read: page,
    topics: ["notice"],
    extra,
    views: [
      { key: "unseen", title: "notices.view.unseen", search: { unseen: "true" } },
      { key: "all", title: "notices.view.all", search: {} },
    ],
    columns: [
      {
        key: "title",
        title: "notices.column.title",
        width: 330,
        phone: "head",
        show: (row) =>
          row.seen_at ? <span className="faint">{row.title[language]}</span> : <b>{row.title[language]}</b>,
        text: (row) => row.title[language] ?? "",
      },
      {
        key: "text",
        title: "notices.column.text",
        width: 530,
        phone: "line",
        show: (row) => row.text[language] !== row.title[language] && row.text[language],
        text: (row) => row.text[language] ?? "",
      },
      {
        key: "level",
        title: "notices.column.level",
        width: 80,
        phone: "line",
        show: (row) =>
          row.level !== "info" && <Badge tone={LEVELS[row.level]}>{t(`notices.level.${row.level}`)}</Badge>,
        text: (row) => t(`notices.level.${row.level}`),
      },
      {
        key: "at",
        title: "notices.column.at",
        width: 110,
        phone: "end",
        show: (row) => <When at={row.at} />,
        text: (row) => row.at,
      },
      {
        key: "new",
        title: "notices.column.new",
        width: 70,
        phone: "line",
        show: (row) => !row.seen_at && <Badge tone="way">{t("notices.new")}</Badge>,
      },
    ],
    actions: [{ key: "seen", title: "notices.seen", verb: "notices:read", icon: CheckOutlined, run: mark }],
  };
}
