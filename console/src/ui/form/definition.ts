import i18next from "i18next";
import type { components } from "~/client/schema";
import type { Language } from "~/kit/texts";

type Schemas = components["schemas"];
export type FieldShown = Schemas["Field"];
export type Part = Schemas["Part"];
/** A form as the API tells it to whoever fills it in. */
export type FormShown = Schemas["orderloom.api.forms.Shown"];
export type Choice = Schemas["Option"];
export type Values = Record<string, unknown>;
/** What is wrong, by field: `lines`, or a place in it: `lines[0].sku`. Under "" stands what is about the whole. */
export type Problems = Record<string, string>;
export type Kept = { file_id: string; token?: string };
export type Meant = { value: string; label: string; beside?: string };

/** What fields ask of the world. Where one is missing, the field is typed by hand or cannot be filled in here. */
export type Lookups = {
  skus?: (words: string) => Promise<Meant[]>;
  customers?: (words: string) => Promise<Meant[]>;
  upload?: (file: File) => Promise<Kept>;
};

/** What something is called in a language; what it is called at all where that language has no word. */
export const called = (each: { zh?: string; en?: string }, language: Language): string =>
  (language === "en" ? each.en || each.zh : each.zh || each.en) ?? "";

export const nameOf = (field: FieldShown, language: Language): string => called(field, language) || field.name;

/** Values that a form begins with. */
export function beginning(form: FormShown): Values {
  const given = form.sections.flatMap((each) => each.fields).filter((each) => (each.default ?? null) !== null);
  return Object.fromEntries(given.map((each) => [each.name, each.default]));
}

export const blank = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** Without what is empty: as it is sent. */
export const stated = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !blank(value)));

type Told = { place: string; code?: string; zh: string; en: string }[];

/** The problems of a refusal as a form shows them; places come as `$.values.lines[0].sku` or `lines[0].sku`. */
export function problemsOf(errors: Told, language: Language): Problems {
  const found: Problems = {};
  for (const each of errors) {
    // Beside its field, what is missing need not be named.
    const text = each.code === "field.required" ? i18next.getFixedT(language)("form.required") : each[language];
    found[each.place.replace(/^\$\.?(values\.)?/, "")] ??= text;
  }
  return found;
}
