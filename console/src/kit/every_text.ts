import { type Files, type Language, read } from "~/kit/texts";

const files = import.meta.glob<Files[string]>("./texts/*.json", { eager: true, import: "default" });

/** Every text of a language, by its full key. */
export function texts(language: Language): Record<string, string> {
  return read(files, language);
}
