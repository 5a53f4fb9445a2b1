import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Tracked } from "~/features/tracking/read";
import { short } from "~/kit/times";
import { useClock, useSpan } from "~/ui/outside/times";

/** Where the order is now, what happens next, and when it comes. */
export function Head({ found }: { found: Tracked }) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  const here = found.steps.find((each) => each.standing === "here");
  const at = (instant: string) => short(instant, locale, found.zone);
  return (
    <section className="card progress-head">
      <p className="faint">{t("tracking.order", { no: found.order_no })}</p>
      <h1>{here?.[language]}</h1>
      <p>{t(`tracking.next.${found.next}`)}</p>
      <Due found={found} />
      <p className="faint">
        {[
          found.placed_at && t("tracking.placed", { at: at(found.placed_at) }),
          found.paid_at && t("tracking.paid", { at: at(found.paid_at) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </section>
  );
}

/** The promise with its countdown; what is late is said to be late. */
function Due({ found }: { found: Tracked }) {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  const now = useClock(found.told_at);
  const span = useSpan();
  const { promise } = found;
  if (found.stage === "cancelled") return null;
  if (!promise)
    return found.stage === "delivered" ? null : <p className="progress-due faint">{t("tracking.promise.none")}</p>;
  const at = short(promise.at, locale, found.zone);
  const seconds = (Date.parse(promise.at) - now) / 1000;
  const open = promise.state === "due" || promise.state === "late";
  const late = open && seconds < 0;
  return (
    <div className={late ? "progress-due late" : "progress-due"}>
      <p className="pair">
        <span className="faint">{t("tracking.promise")}</span>
        <strong className="figure">
          <time dateTime={promise.at}>{at}</time>
        </strong>
      </p>
      {open ? (
        <b role="timer">
          {late
            ? t("tracking.promise.late", { span: span(-seconds) })
            : t("tracking.promise.left", { span: span(seconds) })}
        </b>
      ) : (
        <b className={promise.state}>{t(`tracking.promise.${promise.state}`)}</b>
      )}
      {promise.first_at && (
        <p className="faint">{t("tracking.promise.first", { at: short(promise.first_at, locale, found.zone) })}</p>
      )}
      {late && <p className="faint">{t("tracking.sorry")}</p>}
    </div>
  );
}
