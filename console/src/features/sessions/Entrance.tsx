import { Segmented } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";

/** The frame of pages before the sign-in: the mark, a title, and the choice of language. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const { language, choose } = useLanguage();
  return (
    <main className="entrance">
      <div className="entrance-card">
        <div className="entrance-head">
          <img src="/icon.svg" alt="" width={36} height={36} />
          <div>
            <h1>{t("shell.product")}</h1>
            <p>{title}</p>
          </div>
        </div>
        {children}
      </div>
      <Segmented
        value={language}
        onChange={choose}
        aria-label={t("shell.language.label")}
        options={[
          { value: "zh", label: t("shell.language.zh") },
          { value: "en", label: t("shell.language.en") },
        ]}
      />
    </main>
  );
}
