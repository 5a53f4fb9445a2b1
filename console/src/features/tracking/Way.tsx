import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Tracked } from "~/features/tracking/read";
import { short } from "~/kit/times";

/** The stages of an order from above to below, each with when it was reached. */
export function Way({ steps, zone }: { steps: Tracked["steps"]; zone: string }) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  return (
    <section className="card">
      <h2>{t("tracking.way")}</h2>
      <ol className="way">
        {steps.map((step) => (
          // What was left out on the way, as paying on an account is, is not shown as done.
          <li
            key={step.stage}
            className={step.standing === "passed" && !step.at ? "left-out" : step.standing}
            aria-current={step.standing === "here" ? "step" : undefined}
          >
            <span>{step[language]}</span>
            {step.at ? (
              <time className="figure faint" dateTime={step.at}>
                {short(step.at, locale, zone)}
              </time>
            ) : (
              <span className="faint">{step.standing === "ahead" ? t("tracking.ahead") : "—"}</span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
