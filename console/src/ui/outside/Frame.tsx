import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { Away, words } from "~/client/problems";

/** The frame of an outside page: whose it is, and the language; made for a phone held in one hand. */
export function Frame({ name, beside, children }: { name?: string; beside?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  const { language, choose } = useLanguage();
  return (
    <div className="outside">
      <header>
        <strong>{name || t("outside.product")}</strong>
        {beside}
        <button
          type="button"
          lang={language === "zh" ? "en" : "zh-CN"}
          onClick={() => choose(language === "zh" ? "en" : "zh")}
        >
          {t("outside.language")}
        </button>
      </header>
      <main>{children}</main>
    </div>
  );
}

/** While a page comes. */
export function Waiting() {
  const { t } = useTranslation();
  return (
    <Frame>
      <p className="empty" role="status">
        {t("outside.waiting")}
      </p>
    </Frame>
  );
}

/** An address that is no page. */
export function Nowhere() {
  const { t } = useTranslation();
  return (
    <Frame>
      <section className="card empty">
        <h1>{t("outside.nowhere")}</h1>
        <p>{t("outside.nowhere.next")}</p>
      </section>
    </Frame>
  );
}

/** Why a page cannot be shown: a link that leads nowhere, or a server that does not answer. */
export function Failed({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const said = words(error, language);
  return (
    <Frame>
      <section className="card empty" role="alert">
        <h1>{t("outside.no_link")}</h1>
        <p>{said ?? t(error instanceof Away ? "outside.away.first" : "outside.broken")}</p>
        {!said && (
          <button type="button" className="main" onClick={again}>
            {t("outside.again")}
          </button>
        )}
      </section>
    </Frame>
  );
}
