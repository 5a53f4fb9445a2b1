import type { components } from "~/client/schema";
import { write as address } from "~/kit/addresses";

type Schemas = components["schemas"];
export type Board = Schemas["Board"];
export type Card = Schemas["Card"];
export type Figure = Schemas["Figure"];
export type Firing = Schemas["orderloom.queries.alerts.Standing"];

/** Whether a card counts things, which is not said of those that do. */
export const counts = (card: Card): boolean => (card.measure ?? "count") === "count";

/** Where a card stands: the board, the row, the place in it. Drafts have no orders to lead to. */
export type Spot = { board: string; row: number; column: number };

const HOUR_MS = 3_600_000;
const FILTER: Record<string, string> = { code: "hold" };

/** The list of exactly the orders behind a figure, or behind the whole card; nothing where no orders are behind it. */
export function drill(card: Card, spot: Spot | undefined, figure?: Figure): string | undefined {
  if (!card.behind || !spot) return undefined;
  const groups = figure?.groups ?? [];
  const by = card.by ?? [];
  const exact = card.narrowed && (figure || by.length === 0) && groups.every((each) => each !== "");
  if (card.narrowed && exact && (card.bucket == null || (card.bucket === "hour" && figure?.bucket))) {
    const search: Record<string, string> = { ...card.narrowed };
    by.forEach((field, place) => {
      search[FILTER[field] ?? field] = groups[place] ?? "";
    });
    if (figure?.bucket) {
      const begins = Date.parse(figure.bucket);
      const since = Math.max(begins, Date.parse(search.placed_from ?? "") || begins);
      search.placed_from = new Date(since).toISOString();
      search.placed_to = new Date(begins + HOUR_MS).toISOString();
    }
    return `/orders${address(search)}`;
  }
  return `/orders${address({
    figure: `${spot.board}/${spot.row}/${spot.column}`,
    figure_group: groups.length > 0 ? groups.map(encodeURIComponent).join(",") : "",
    figure_at: figure?.bucket ?? "",
  })}`;
}

/** How a figure stands to its bounds: bad is upwards, or downwards where it is the lower of the two or more is better. */
export function toneOf(card: Card, value: number | null | undefined): "good" | "warn" | "bad" | "plain" {
  const { warn, bad } = card;
  if (value == null || (warn == null && bad == null)) return "plain";
  const down = warn != null && bad != null ? bad < warn : card.better === "more";
  const past = (bound: number | null | undefined) => bound != null && (down ? value <= bound : value >= bound);
  return past(bad) ? "bad" : past(warn) ? "warn" : "good";
}
