import chinese from "~/features/studio/rules/jdm.json";

/** A word of the rules editor in the language of the page. */
export function word(text: string): string {
  return document.documentElement.lang.startsWith("zh") ? ((chinese as Record<string, string>)[text] ?? text) : text;
}
