import type { ComponentType, ReactNode } from "react";
import type { Said } from "~/client/problems";
import type { Search } from "~/kit/addresses";

/** A column: its title's key, its width in pixels, and what it shows of a row. */
export type Column<Row> = {
  key: string;
  title: string;
  width: number;
  show: (row: Row) => ReactNode;
  /** What an export says; a column without it is not exported. */
  text?: (row: Row) => string;
  /** What an export says in a column of its own behind it, such as the number beside a name. */
  beside?: { title: string; text: (row: Row) => string };
  align?: "right";
  /** Where it stands on a phone's card: its head, at the head's end, or among the lines below. */
  phone?: "head" | "end" | "line";
};

export type Choice = { value: string; label: string };

/** What narrows the list. Its key is that of the address and of the API's parameter; days are `<key>_from`, `<key>_to`. */
export type Filter = {
  key: string;
  title: string;
  kind: "choice" | "text" | "yes" | "days";
  choices?: Choice[];
  /** Shown only where it narrows the list: what one comes to from elsewhere, as from a figure of a board. */
  quiet?: boolean;
};

/** A list that people come back to: a name, and what it is narrowed to. */
export type View = { key: string; title: string; label?: string; search: Search };

/** What an action asks before it is done. */
export type Question = {
  key: string;
  title: string;
  /** The answer to "choices" are the chosen values with commas between. */
  kind: "text" | "choice" | "choices" | "number" | "date";
  /** What stands in it at first. */
  initial?: string;
  required?: boolean;
  choices?: Choice[];
};

/** What became of one row. */
export type Outcome = { name: string; refused?: Said };

/** What can be done with the rows that are chosen; `run` answers with an outcome for each, in their order. */
export type Action<Row> = {
  key: string;
  title: string;
  verb: string;
  icon: ComponentType<{ "aria-hidden"?: boolean }>;
  danger?: boolean;
  asks?: Question[];
  run: (rows: Row[], said: Record<string, string>) => Promise<Outcome[]>;
};

export type Page<Row> = { rows: Row[]; next?: string | null };

/** How often each value of a filter occurs in the list as it is narrowed now; of the `newest` rows alone where it is cut. */
export type Facets = { counts: Record<string, Record<string, number>>; newest?: number };

/** A list, declared: `ListPage` does the rest. */
export type List<Row> = {
  /** The word that the list is of: part of its queries' keys and of what is kept for it. */
  word: string;
  /** Keys of texts: the title, and what an empty list says to do next. */
  title: string;
  empty: string;
  /** Whether `empty` says how to begin, so that under filters another text stands there. */
  begins?: boolean;
  keyOf: (row: Row) => string;
  /** What people call a row, where that is not its key. */
  nameOf?: (row: Row) => string;
  /** The address that Enter or a click opens. */
  open?: (row: Row) => string;
  read: (search: Search, cursor: string | undefined, signal: AbortSignal) => Promise<Page<Row>>;
  facets?: (search: Search, signal: AbortSignal) => Promise<Facets>;
  columns: Column<Row>[];
  filters?: Filter[];
  views?: View[];
  actions?: Action<Row>[];
  /** Events that make the list stale: "order", "shipment". */
  topics?: string[];
  /** More that stands at the right of the bar: a button that makes something new. */
  extra?: ReactNode;
};
