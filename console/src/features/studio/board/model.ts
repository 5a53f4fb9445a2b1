import type { Content } from "~/features/studio/read";
import { type CountedField, type Metric, type Span, typed } from "~/features/studio/vocabulary";

export type Card = {
  metric: string;
  show?: Drawing;
  title?: { zh: string; en: string };
  warn?: number;
  bad?: number;
  by?: string[];
  over?: Span;
  bucket?: string;
  width?: number;
};
export type BoardContent = { title: { zh: string; en: string }; rows: Card[][] };
export type Spot = { row: number; column: number };

export const DRAWINGS = ["number", "line", "bar", "rank", "funnel", "heat", "map", "sankey", "table"] as const;
export type Drawing = (typeof DRAWINGS)[number];
export const CARDS_MAX = 6;
export const ROWS_MAX = 12;
const STAGES = ["stage", "furthest", "shipment_stage"];
const UNTIMED = new Set<Drawing>(["rank", "funnel", "map", "sankey"]);

export function boardOf(content: Content): BoardContent {
  const { title, rows } = content as Partial<BoardContent>;
  return { ...content, title: title ?? { zh: "", en: "" }, rows: (rows ?? []).filter(Array.isArray) };
}

/** A card without what is not said. */
export function plain(card: Card): Card {
  return Object.fromEntries(Object.entries(card).filter(([, value]) => value !== undefined)) as Card;
}

export function changed(board: BoardContent, at: Spot, card: Card | undefined): BoardContent {
  const rows = board.rows.map((row, place) =>
    place === at.row
      ? row.flatMap((each, column) => (column === at.column ? (card ? [plain(card)] : []) : [each]))
      : row,
  );
  return { ...board, rows: rows.filter((row) => row.length > 0) };
}

/** A card put before another, at a row's end (column -1), or into a row of its own below all. */
export function placed(
  board: BoardContent,
  card: Card,
  to: Spot,
  from?: Spot,
): { board: BoardContent; at: Spot } | null {
  const rows = board.rows.map((row) => [...row]);
  // The place it leaves stays until it stands where it goes, so that places keep their meaning.
  const gone = {} as Card;
  if (from && rows[from.row]) (rows[from.row] as Card[])[from.column] = gone;
  if (!rows[to.row]) rows.push([]);
  const row = rows[Math.min(to.row, rows.length - 1)] as Card[];
  row.splice(to.column < 0 ? row.length : to.column, 0, card);
  const kept = rows.map((each) => each.filter((one) => one !== gone)).filter((each) => each.length > 0);
  if (kept.length > ROWS_MAX || kept.some((each) => each.length > CARDS_MAX)) return null;
  const at = kept.findIndex((each) => each.includes(card));
  return { board: { ...board, rows: kept }, at: { row: at, column: kept[at]?.indexOf(card) ?? 0 } };
}

/** Where an arrow takes a card; nothing at the edge. */
export function beside(board: BoardContent, { row, column }: Spot, way: "left" | "right" | "up" | "down"): Spot | null {
  const count = board.rows[row]?.length ?? 0;
  if (way === "left") return column > 0 ? { row, column: column - 1 } : null;
  if (way === "right") return column < count - 1 ? { row, column: column + 2 } : null;
  if (way === "up") return row > 0 ? { row: row - 1, column: -1 } : null;
  return row < board.rows.length - 1 || count > 1 ? { row: row + 1, column: -1 } : null;
}

const groupsOf = (fields: CountedField[]) => typed(fields, "text", "flag").map((each) => each.name);

/** Whether a metric can be drawn so at all. */
export function drawable(show: Drawing, metric: Metric | undefined, fields: CountedField[]): boolean {
  if (!metric) return true;
  const groups = groupsOf(fields);
  if (UNTIMED.has(show) && metric.bucket) return false;
  if (show === "map") return groups.includes("province");
  if (show === "funnel") return groups.some((each) => STAGES.includes(each));
  if (show === "line") return metric.of !== "";
  return show === "sankey" ? groups.length > 1 : show === "rank" || show === "heat" ? groups.length > 0 : true;
}

/** By what a card asks its metric to be grouped. */
export function groupedBy(card: Card, metric: Metric | undefined): string[] {
  return card.by ?? ((card.show ?? "number") === "number" ? [] : (metric?.by ?? []));
}

/** A card drawn otherwise, with the groups and pieces of time that this drawing needs. */
export function redrawn(card: Card, show: Drawing, metric: Metric | undefined, fields: CountedField[]): Card {
  const groups = groupsOf(fields);
  const by = card.by?.length ? card.by : (metric?.by ?? []);
  const first = by[0] ?? groups[0];
  const one = first ? [first] : [];
  const next = { ...card, show };
  const over = (span: Span) => card.over ?? (metric?.over ? undefined : span);
  if (show === "number") return plain({ ...next, by: undefined, bucket: undefined });
  if (show === "line")
    return plain({
      ...next,
      over: over({ count: 7, unit: "day" }),
      bucket: card.bucket ?? (metric?.bucket ? undefined : "day"),
    });
  if (show === "heat") {
    const bucket = card.bucket ?? (metric?.bucket ? undefined : "hour");
    return plain({ ...next, by: one, over: over({ count: 24, unit: "hour" }), bucket });
  }
  if (show === "rank") return plain({ ...next, by: one, bucket: undefined });
  if (show === "map") return plain({ ...next, by: ["province"], bucket: undefined });
  if (show === "funnel") {
    const stage = by.find((each) => STAGES.includes(each)) ?? STAGES.find((each) => groups.includes(each));
    return plain({ ...next, by: stage ? [stage] : [], bucket: undefined });
  }
  if (show === "sankey")
    return plain({ ...next, by: [...new Set([...by, ...groups])].slice(0, Math.max(2, by.length)), bucket: undefined });
  return plain(next);
}
