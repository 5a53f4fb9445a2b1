import type { Language } from "~/kit/texts";

/**
 * Every text of the console in a language, by its full key; all but what only the light pages say, which `outside_texts`
 * brings. A language is a chunk of its own: nobody waits for the words of another.
 */
export async function texts(language: Language): Promise<Record<string, string>> {
  const chunk = await (language === "zh" ? import("~/kit/zh_texts") : import("~/kit/en_texts"));
  return chunk.default;
}
