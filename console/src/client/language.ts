import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { initReactI18next } from "react-i18next";
import type { Language } from "~/kit/texts";

const KEPT = "orderloom.language";
// By then the first page stands.
const OTHER_MS = 3_000;
const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en" };

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "zh" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh";
}

type Source = (language: Language) => Promise<Record<string, string>> | Record<string, string>;
const sources: Source[] = [];
const came = new Set<string>();

/** The texts of a language, from every source that has not brought it yet. */
async function bring(language: Language): Promise<void> {
  await Promise.all(
    sources.map(async (source, at) => {
      if (came.has(`${language} ${at}`)) return;
      i18next.addResources(language, "translation", await source(language));
      came.add(`${language} ${at}`);
    }),
  );
}

/** Make texts ready in the language chosen last, else the browser's; those of the other come when there is time. */
export async function prepare(source: Source): Promise<void> {
  i18next.use(initReactI18next).init({
    lng: first(),
    fallbackLng: false,
    resources: {},
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = LOCALES[first()];
  await add(source);
}

/** Add the texts of a page that came later. */
export async function add(source: Source): Promise<void> {
  sources.push(source);
  const language = first();
  await bring(language);
  const other = () => void bring(language === "zh" ? "en" : "zh").catch(() => undefined);
  // Asked again when it is chosen.
  setTimeout(other, OTHER_MS);
}

/** Both languages' texts, for a page that writes in both; true once they are there. */
export async function both(): Promise<boolean> {
  await Promise.all([bring("zh"), bring("en")]);
  return true;
}

async function choose(wanted: Language): Promise<void> {
  try {
    await bring(wanted);
  } catch {
    return; // No network, which is said above the page: it stays as it is.
  }
  localStorage.setItem(KEPT, wanted);
  document.documentElement.lang = LOCALES[wanted];
  i18next.changeLanguage(wanted);
}

const SPOKEN = {
  zh: { language: "zh", locale: LOCALES.zh, choose },
  en: { language: "en", locale: LOCALES.en, choose },
} as const;
const spoken = () => SPOKEN[i18next.language === "en" ? "en" : "zh"];
const follow = (told: () => void) => {
  i18next.on("languageChanged", told);
  return () => i18next.off("languageChanged", told);
};

/** The language of the screen, its locale for figures and dates, and how to change it. */
export function useLanguage(): { language: Language; locale: string; choose: (wanted: Language) => Promise<void> } {
  return useSyncExternalStore(follow, spoken);
}
