import { useTranslation } from "react-i18next";
import type { Received } from "~/features/filling/kept";

/** It was taken: its number, and for an order the way to follow it. */
export function Done({ done, again }: { done: Received; again: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="card empty" role="status">
      <h1>{t(done.subject === "order" ? "filling.done.order" : "filling.done.record")}</h1>
      <p className="figure">{t("filling.done.number", { number: done.number })}</p>
      {(done.holds ?? []).length > 0 && <p>{t("filling.done.held")}</p>}
      {done.tracking && (
        <>
          <a
            className="main"
            href={done.tracking}
            target={window.top === window ? undefined : "_blank"}
            rel="noreferrer"
          >
            {t("filling.done.track")}
          </a>
          <p className="faint">{t("filling.done.keep")}</p>
        </>
      )}
      <button type="button" onClick={again}>
        {t("filling.done.another")}
      </button>
    </section>
  );
}
