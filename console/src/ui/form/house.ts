import type { TFunction } from "i18next";
import { createContext } from "react";
import type { Language } from "~/kit/texts";
import type { Lookups, Problems } from "~/ui/form/definition";

export type House = { t: TFunction; language: Language; lookups: Lookups; problems: Problems; locked: boolean };

/** What every field of a form shares: its language, what it may ask, what is wrong. */
export const FormHouse = createContext<House | null>(null);

export type Of<T> = {
  id: string;
  value: T | undefined;
  write: (value: unknown) => void;
  label: string;
  wrong: boolean;
};

/** What every control is given of its field. */
export type Inner = { of: Of<unknown>; shared: { id: string; disabled: boolean; status: "error" | undefined } };

/** A value as it is typed; nothing is an empty text. */
export const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
