import { CloudUploadOutlined } from "@ant-design/icons";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { Problem, type Said } from "~/client/problems";
import { all, type Kind, publishAll, type Row } from "~/features/studio/read";
import type { Search } from "~/kit/addresses";
import type { Language } from "~/kit/texts";
import { Badge } from "~/ui/Badge";
import type { List, Outcome } from "~/ui/list/declaration";
import { Code, When } from "~/ui/Words";

export type State = "draft" | "changing" | "published" | "retired";

/** Only written yet, in force, in force with a draft beside it, or taken out of force. */
export function stateOf(row: Row): State {
  if (row.retired_at) return "retired";
  if (!row.version) return "draft";
  return row.draft_edition ? "changing" : "published";
}

const TONES = { draft: "warn", changing: "way", published: "good", retired: "plain" } as const;

export function Standing({ state, t }: { state: State; t: TFunction }) {
  return <Badge tone={TONES[state]}>{t(`studio.state.${state}`)}</Badge>;
}

/** What a template fills in stands as a gap in its title. */
const FILLED_IN = /\{\{.*?\}\}/g;

/** What a document calls itself; its name where it says nothing. */
export function titleOf(row: Pick<Row, "name" | "title">, language: Language): string {
  const title = row.title as unknown;
  const told = title && typeof title === "object" ? (title as Record<string, string>)[language] : "";
  return told?.replace(FILLED_IN, "…") || row.name;
}

/** Whatever waits to be published, new or beside what is in force. */
const DRAFTED = "drafted";

function narrowed(rows: Row[], search: Search, language: Language): Row[] {
  const words = (search.name ?? "").toLowerCase();
  const stands = (row: Row) => (search.state === DRAFTED ? Boolean(row.draft_edition) : stateOf(row) === search.state);
  const kept = rows.filter(
    (row) =>
      (!search.state || stands(row)) &&
      (!words || `${row.name} ${titleOf(row, language)}`.toLowerCase().includes(words)),
  );
  // What waits to be published stands together, first.
  return [...kept.filter((row) => row.draft_edition), ...kept.filter((row) => !row.draft_edition)];
}

/** The drafts among these rows, put in force in one revision; all of them or none. */
async function together(rows: Row[], comment: string, language: Language): Promise<Outcome[]> {
  const drafts = rows.filter((each) => each.draft_edition);
  const outcome = (row: Row, refused?: Said) => ({ name: titleOf(row, language), refused });
  try {
    if (drafts.length > 0) await publishAll(drafts, comment);
    return rows.map((each) => outcome(each));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return rows.map((each) => outcome(each, error.said));
  }
}

type House = {
  t: TFunction;
  language: Language;
  kinds: Kind[];
  actor: (name: string | undefined) => string;
  extra: ReactNode;
};

const STATES: State[] = ["draft", "changing", "published", "retired"];

/** Everything that business people shape. */
export function declare({ t, language, kinds, actor, extra }: House): List<Row> {
  const called = new Map(kinds.map((each) => [each.name, language === "zh" ? each.label_zh : each.label_en]));
  // A dictionary is called by its subject.
  const titled = (row: Row) =>
    row.kind === "fields" ? t(`dictionary.subject.${row.name}`, titleOf(row, language)) : titleOf(row, language);
  return {
    word: "studio",
    title: "studio.title",
    empty: "studio.empty",
    begins: true,
    extra,
    keyOf: (row) => `${row.kind}/${row.name}`,
    nameOf: titled,
    open: (row) => `/studio/${row.kind}/${row.name}`,
    read: async (search, _cursor, signal) => ({
      rows: narrowed(await all(search.kind || undefined, signal), search, language),
    }),
    columns: [
      {
        key: "title",
        title: "studio.column.title",
        width: 320,
        phone: "head",
        show: titled,
        text: titled,
      },
      {
        key: "name",
        title: "studio.column.name",
        width: 200,
        show: (row) => <Code>{row.name}</Code>,
        text: (row) => row.name,
      },
      {
        key: "kind",
        title: "studio.column.kind",
        width: 120,
        phone: "line",
        show: (row) => called.get(row.kind) ?? row.kind,
        text: (row) => row.kind,
      },
      {
        key: "state",
        title: "studio.column.state",
        width: 150,
        phone: "end",
        show: (row) => <Standing state={stateOf(row)} t={t} />,
        text: (row) => stateOf(row),
      },
      {
        key: "version",
        title: "studio.column.version",
        width: 70,
        align: "right",
        phone: "line",
        show: (row) => (row.version ? <span className="figure">{row.version}</span> : <span className="faint">—</span>),
        text: (row) => String(row.version),
      },
      {
        key: "by",
        title: "studio.column.by",
        width: 120,
        phone: "line",
        show: (row) => actor(row.draft_by ?? row.published_by ?? undefined),
        text: (row) => row.draft_by ?? row.published_by ?? "",
      },
      {
        key: "at",
        title: "studio.column.at",
        width: 110,
        phone: "line",
        show: (row) => <When at={row.draft_at ?? row.published_at} />,
        text: (row) => row.draft_at ?? row.published_at ?? "",
      },
      {
        key: "comment",
        title: "studio.column.comment",
        width: 190,
        show: (row) => (row.comment === "shipped" ? t("studio.shipped") : row.comment),
        text: (row) => row.comment ?? "",
      },
    ],
    actions: [
      {
        key: "publish",
        title: "studio.publish.together",
        verb: "documents:publish",
        icon: CloudUploadOutlined,
        asks: [{ key: "comment", title: "studio.comment", kind: "text" }],
        run: (rows, said) => together(rows, said.comment ?? "", language),
      },
    ],
    views: [
      { key: "all", title: "studio.view.all", search: {} },
      { key: "drafted", title: "studio.view.drafted", search: { state: DRAFTED } },
      { key: "rules", title: "studio.view.rules", search: { kind: "rules" } },
      { key: "fields", title: "studio.view.fields", search: { kind: "fields" } },
      { key: "flow", title: "studio.view.flow", search: { kind: "flow" } },
    ],
    filters: [
      {
        key: "kind",
        title: "studio.column.kind",
        kind: "choice",
        choices: kinds.map((each) => ({ value: each.name, label: called.get(each.name) ?? each.name })),
      },
      {
        key: "state",
        title: "studio.column.state",
        kind: "choice",
        choices: [...STATES, DRAFTED].map((value) => ({ value, label: t(`studio.state.${value}`) })),
      },
      { key: "name", title: "studio.find", kind: "text" },
    ],
  };
}
