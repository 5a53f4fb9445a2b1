import { useTranslation } from "react-i18next";
import type { Tracked } from "~/features/tracking/read";

/** Whom it goes to, as far as that person knows itself again by it. */
export function To({ to }: { to: Tracked["recipient"] }) {
  const { t } = useTranslation();
  if (!to.name && !to.phone && !to.place) return null;
  return (
    <section className="card">
      <h2>{t("tracking.to")}</h2>
      <p>{[to.name, to.phone].filter(Boolean).join(" ")}</p>
      <p>{to.place}</p>
      <p className="faint">{t("tracking.to.masked")}</p>
    </section>
  );
}

/** What the seller gives along. */
export function Papers({ papers }: { papers: Tracked["papers"] }) {
  const { t } = useTranslation();
  if (papers.length === 0) return null;
  return (
    <section className="card">
      <h2>{t("tracking.papers")}</h2>
      <ul className="rows">
        {papers.map((each) => (
          <li key={each.file_id}>
            <a href={`${window.location.pathname.replace(/\/$/, "")}/files/${each.file_id}`}>{each.name}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A way to whoever sold it. */
export function Seller({ seller }: { seller: Tracked["seller"] }) {
  const { t } = useTranslation();
  const known = seller.phone || seller.email || seller.website;
  return (
    <section className="card">
      <h2>{t("tracking.seller")}</h2>
      {!known && <p>{t("tracking.seller.none")}</p>}
      <ul className="rows">
        {seller.phone && (
          <li className="pair">
            <span>{t("tracking.seller.phone")}</span>
            <a href={`tel:${seller.phone.replace(/[^0-9+]/g, "")}`}>{seller.phone}</a>
          </li>
        )}
        {seller.email && (
          <li className="pair">
            <span>{t("tracking.seller.email")}</span>
            <a href={`mailto:${seller.email}`}>{seller.email}</a>
          </li>
        )}
        {seller.website && (
          <li className="pair">
            <span>{t("tracking.seller.website")}</span>
            <a href={seller.website} rel="noreferrer noopener">
              {seller.website.replace(/^https?:\/\//, "")}
            </a>
          </li>
        )}
      </ul>
      {seller.hours && <p className="faint">{t("tracking.seller.hours", { hours: seller.hours })}</p>}
    </section>
  );
}
