import { type Files, type Language, read } from "~/kit/texts";

/** All but what only the light pages say, which `outside_texts` brings. */
const files = import.meta.glob<Files[string]>(["./texts/*.json", "!./texts/{outside,tracking,dealing}.json"], {
  eager: true,
  import: "default",
});

/** Every text of the console in a language, by its full key. */
export function texts(language: Language): Record<string, string> {
  return read(files, language);
}
