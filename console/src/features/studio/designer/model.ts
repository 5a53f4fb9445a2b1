import type { components } from "~/client/schema";
import type { Content } from "~/features/studio/read";
import type { Language } from "~/kit/texts";
import { type Choice, called, type FieldShown } from "~/ui/form/definition";

type Schemas = components["schemas"];
export type Type = FieldShown["type"];
export type Item = {
  field: string;
  zh?: string;
  en?: string;
  required?: boolean;
  default?: unknown;
  visible_when?: string;
  options?: Choice[];
};
export type Section = { zh?: string; en?: string; items: Item[] };
export type Check = Schemas["Check"];
export type FormContent = {
  subject: string;
  zh: string;
  en: string;
  channel?: string;
  entries?: string[];
  sections: Section[];
  checks?: Check[];
};
/** A field of a form, or a place in it; `item` is -1 for the section itself. */
export type Spot = { section: number; item: number };

/** Types that can be dragged into a form, in the order that people reach for them. */
export const TYPES: Type[] = [
  "text",
  "number",
  "money",
  "date",
  "time",
  "boolean",
  "select",
  "multi_select",
  "phone",
  "address",
  "customer",
  "sku_lines",
  "image",
  "file",
  "signature",
  "location",
  "sub_table",
];
export const WIDE = new Set<Type>(["address", "sku_lines", "sub_table", "image", "file", "signature"]);
const CHOOSING = new Set<Type>(["select", "multi_select"]);
// Of an order these are there already; they are asked for before a new field of the type is made.
const BUILT_IN: Partial<Record<Type, string[]>> = {
  sku_lines: ["lines"],
  customer: ["customer_no"],
  address: ["consignee.address"],
};

export const formOf = (content: Content): FormContent => ({
  ...(content as FormContent),
  subject: String(content.subject ?? "order"),
  sections: (content.sections as Section[]) ?? [{ items: [] }],
});

/** How a field is named in a form of the subject. */
export const asked = (subject: string, name: string): string => (subject === "order" ? `custom.${name}` : name);

/** Every field of the form, by the name it is asked by. */
export function fieldsOf(subject: string, builtIn: FieldShown[], own: FieldShown[]): Map<string, FieldShown> {
  const found = new Map(builtIn.map((each) => [each.name, each]));
  for (const each of own) if (!each.retired) found.set(asked(subject, each.name), each);
  return found;
}

export const labelOf = (item: Item, field: FieldShown | undefined, language: Language): string =>
  called(item, language) || (field ? called(field, language) : "") || item.field;

/** A field that stands already for a dropped type, where the subject has one that the form does not ask for yet. */
export function standing(form: FormContent, type: Type): string | undefined {
  const there = new Set(form.sections.flatMap((each) => each.items.map((item) => item.field)));
  return form.subject === "order" ? BUILT_IN[type]?.find((each) => !there.has(each)) : undefined;
}

/** Words in both languages. */
export type Saying = (key: string, filled?: Record<string, unknown>) => { zh: string; en: string };

/** A new own field of a type, under a name that is free. */
export function freshField(type: Type, say: Saying, taken: Iterable<string>): FieldShown {
  const used = new Set(taken);
  let number = 1;
  while (used.has(`${type}_${number}`)) number += 1;
  const option = (at: number): Choice => ({ value: `option_${at}`, ...say("dictionary.option.fresh", { at }) });
  const column = { name: "column_1", type: "text", ...say("dictionary.column.fresh") };
  const options = CHOOSING.has(type) ? { options: [option(1), option(2)] } : {};
  const fields = type === "sub_table" ? { fields: [column] } : {};
  return { name: `${type}_${number}`, type, ...say(`designer.type.${type}`), ...options, ...fields } as FieldShown;
}

/** The form with an item put in at a place; taken from another one where it was there already. */
export function placed(form: FormContent, item: Item, to: Spot, from?: Spot): FormContent {
  const sections = form.sections.map((each) => ({ ...each, items: [...each.items] }));
  const target = sections[to.section];
  if (!target) return form;
  let at = to.item < 0 ? target.items.length : to.item;
  if (from) {
    sections[from.section]?.items.splice(from.item, 1);
    if (from.section === to.section && to.item < 0) at = target.items.length;
    else if (from.section === to.section && from.item < at) at -= 1;
  }
  target.items.splice(at, 0, item);
  return { ...form, sections };
}

/** The form with an item or a section changed; without it where `next` says nothing. */
export function changed(form: FormContent, { section, item }: Spot, next: Item | Section | undefined): FormContent {
  const put = <T>(all: T[], at: number, one: T | undefined) =>
    one === undefined ? all.filter((_, other) => other !== at) : all.map((each, other) => (other === at ? one : each));
  if (item < 0) return { ...form, sections: put(form.sections, section, next as Section | undefined) };
  const there = form.sections[section];
  if (!there) return form;
  const kept = { ...there, items: put(there.items, item, next as Item | undefined) };
  return { ...form, sections: put(form.sections, section, kept) };
}

/** Members that say nothing are left out, so that drafts compare as they read. */
export function lean<T extends object>(value: T): T {
  const kept = Object.entries(value).filter(
    ([, each]) =>
      each !== undefined &&
      each !== "" &&
      each !== false &&
      each !== null &&
      !(Array.isArray(each) && each.length === 0),
  );
  return Object.fromEntries(kept) as T;
}

const MUST = / and ([\w.]+) == null$/;

/** The condition under which a field must be filled in: a check of the form that stands at it. */
export function requiredWhen(form: FormContent, field: string): { at: number; when: string } | undefined {
  const at = (form.checks ?? []).findIndex((each) => each.field === field && MUST.exec(each.when)?.[1] === field);
  const when = form.checks?.[at]?.when;
  return when === undefined ? undefined : { at, when: when.replace(MUST, "").replace(/^\((.*)\)$/, "$1") };
}

/** The checks with the one that a field must be filled in under a condition; without it where that is empty. */
export function requiring(form: FormContent, field: string, when: string, words: { zh: string; en: string }): Check[] {
  const before = requiredWhen(form, field);
  const others = (form.checks ?? []).filter((_, at) => at !== before?.at);
  return when.trim() ? [...others, { when: `(${when}) and ${field} == null`, field, ...words }] : others;
}
