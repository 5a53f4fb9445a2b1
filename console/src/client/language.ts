import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Language } from "~/kit/texts";

const KEPT = "orderloom.language";
const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en" };

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh";
}

/** Make texts ready, in the language chosen last, else the browser's. */
export function prepare(texts: (language: Language) => Record<string, string>): void {
  i18next.use(initReactI18next).init({
    lng: first(),
    fallbackLng: false,
    resources: { zh: { translation: texts("zh") }, en: { translation: texts("en") } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = LOCALES[first()];
}

/** Add the texts of a page that came later. */
export function add(texts: (language: Language) => Record<string, string>): void {
  for (const language of ["zh", "en"] as const) i18next.addResources(language, "translation", texts(language));
}

/** The language of the screen, its locale for figures and dates, and how to change it. */
export function useLanguage() {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === "en" ? "en" : "zh";
  return {
    language,
    locale: LOCALES[language],
    choose(wanted: Language) {
      localStorage.setItem(KEPT, wanted);
      document.documentElement.lang = LOCALES[wanted];
      i18n.changeLanguage(wanted);
    },
  };
}
