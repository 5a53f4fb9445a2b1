import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** What people call the verbs that roles and keys give: "orders:read" is 订单 · 查看. What has no words stands as it is. */
export function useVerbed() {
  const { t, i18n } = useTranslation();
  const wordOf = useCallback(
    (word: string) => (i18n.exists(`verbs.word.${word}`) ? t(`verbs.word.${word}`) : word),
    [t, i18n],
  );
  const deedOf = useCallback(
    (deed: string) => (i18n.exists(`verbs.deed.${deed}`) ? t(`verbs.deed.${deed}`) : deed),
    [t, i18n],
  );
  const called = useCallback(
    (verb: string) => {
      const [word = "", deed = "*"] = verb.split(":");
      return verb === "*" ? t("verbs.everything") : `${wordOf(word)} · ${deed === "*" ? t("verbs.all") : deedOf(deed)}`;
    },
    [t, wordOf, deedOf],
  );
  /** Many of them in few words: a word once, its deeds behind it. */
  const several = useCallback(
    (verbs: readonly string[]) => {
      if (verbs.includes("*")) return t("verbs.everything");
      const words = new Map<string, string[]>();
      for (const each of verbs) {
        const [word = "", deed = "*"] = each.split(":");
        words.set(word, [...(words.get(word) ?? []), deed === "*" ? t("verbs.all") : deedOf(deed)]);
      }
      const parts = [...words].map(([word, deeds]) => `${wordOf(word)} ${deeds.join(t("verbs.between"))}`);
      return parts.join(t("verbs.then"));
    },
    [t, wordOf, deedOf],
  );
  return { wordOf, deedOf, called, several };
}
