/**
 * The texts of the console: one file a word in `texts/`, Chinese and English side by side.
 * `orders.json` with {"title": {"zh": "订单", "en": "Orders"}} is read as t("orders.title").
 * With a count in it, English may say one thing otherwise: {"zh": "{{count}} 单", "en": "{{count}} orders", "en_one": …}.
 */
export type Language = "zh" | "en";
export type Files = Record<string, Record<string, Record<Language, string> & { en_one?: string }>>;

/** Every text of a language in these files, by its full key. */
export function read(files: Files, language: Language): Record<string, string> {
  const told: Record<string, string> = {};
  for (const [path, pairs] of Object.entries(files)) {
    const word = path.slice("./texts/".length, -".json".length);
    for (const [key, pair] of Object.entries(pairs)) {
      told[`${word}.${key}`] = pair[language];
      if (language === "en" && pair.en_one !== undefined) told[`${word}.${key}_one`] = pair.en_one;
    }
  }
  return told;
}
