import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Content } from "~/features/studio/read";
import { graphOf, type TableRow, tableOf } from "~/features/studio/rules/graph";
import { answer, read, shaped, type TermType } from "~/ui/rules/cells";
import { useSaying } from "~/ui/rules/saying";
import { termOf, usePoints, useValueWord, wordOf } from "~/ui/rules/vocabulary";

const PLACE = /^\/content\/nodes\/(\d+)\/content\/(rules|inputs|outputs)(?:\/(\d+))?(?:\/(.+))?$/;
export type Said = {
  where: (path: string) => string | undefined;
  value: (path: string, value: unknown) => string | undefined;
};

/** Places and values of a decision table in people's words, for whoever tells what two of them differ in. */
export function useRuleWords(content: Content | undefined): Said {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const points = usePoints().data;
  const saying = useSaying();
  const word = useValueWord();
  return useMemo(() => {
    const point = points?.find((each) => each.name === content?.point);
    const graph = content ? graphOf(content) : undefined;
    const found = (path: string) => {
      const [, node, part, row, column] = PLACE.exec(path) ?? [];
      if (!graph || !point || !node || !graph.nodes[Number(node)]) return undefined;
      return {
        part,
        row: row === undefined ? undefined : Number(row),
        column,
        table: tableOf(graph.nodes[Number(node)]),
      };
    };
    const term = (table: ReturnType<typeof tableOf>, id: string | undefined) => {
      const input = table.inputs.find((each) => each.id === id);
      const output = table.outputs.find((each) => each.id === id);
      const told = input
        ? termOf(input, point?.reads ?? [])
        : output
          ? termOf(output, point?.answers ?? [])
          : undefined;
      return told && { told, input: input !== undefined };
    };
    const cell = (table: ReturnType<typeof tableOf>, id: string, text: string) => {
      const at = term(table, id);
      if (!at) return text;
      if (at.input) return saying(at.told, shaped(read(text), at.told.type as TermType));
      const value = answer(text);
      const one = (each: unknown) =>
        typeof each === "boolean" ? t(each ? "studio.sheet.yes" : "studio.sheet.no") : word(at.told, each);
      return value === undefined
        ? text
        : Array.isArray(value)
          ? value.map(one).join(t("studio.sheet.comma"))
          : one(value);
    };
    return {
      where: (path) => {
        const at = found(path);
        if (at?.row === undefined) return undefined;
        if (at.part !== "rules") return t("studio.sheet.column");
        const row = at.table.rules[at.row]?._description;
        const called = [t("studio.row.of", { no: at.row + 1 }), row].filter(Boolean).join(" ");
        if (!at.column) return called;
        const told = term(at.table, at.column)?.told;
        return `${called} › ${told ? wordOf(told, language) : t("studio.sheet.name")}`;
      },
      value: (path, value) => {
        const at = found(path);
        if (at?.part !== "rules") return undefined;
        if (at.column) return typeof value === "string" ? cell(at.table, at.column, value) : undefined;
        if (!value || typeof value !== "object") return undefined;
        const row = value as TableRow;
        const told = [...at.table.inputs, ...at.table.outputs].flatMap(({ id }) => {
          const one = row[id] ? term(at.table, id)?.told : undefined;
          return one ? [`${wordOf(one, language)} ${cell(at.table, id, row[id] ?? "")}`] : [];
        });
        return [row._description, ...told].filter(Boolean).join(t("studio.sheet.stop"));
      },
    };
  }, [content, points, saying, word, t, language]);
}
