import { type Files, type Language, read } from "~/kit/texts";

const files = import.meta.glob<Files[string]>("./texts/{outside,tracking,dealing}.json", {
  eager: true,
  import: "default",
});

/** The texts of the light pages for whoever comes from outside; the rest comes with the pages that need it. */
export function texts(language: Language): Record<string, string> {
  return read(files, language);
}
