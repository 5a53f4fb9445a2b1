import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Tracked } from "~/features/tracking/read";
import { short } from "~/kit/times";

/** What travels: each parcel with its carrier, the carrier's number, and how far it is. */
export function Parcels({ parcels, zone }: { parcels: Tracked["parcels"]; zone: string }) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  if (parcels.length === 0) return null;
  return (
    <section className="card">
      <h2>{t("tracking.parcels")}</h2>
      <ul className="rows">
        {parcels.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parcels have no name for outsiders, and keep their order.
          <li key={index} className="parcel">
            <p className="pair">
              <b>{each.carrier[language] || t("tracking.carrier.later")}</b>
              <span>
                {each[language]}
                {each.at && <span className="faint"> {short(each.at, locale, zone)}</span>}
              </span>
            </p>
            {each.tracking_no ? (
              <p className="pair">
                <span>
                  <span className="faint">{t("tracking.tracking_no")}</span>{" "}
                  <span className="number">{each.tracking_no}</span>
                </span>
                <Copy text={each.tracking_no} />
              </p>
            ) : (
              <p className="faint">{t("tracking.tracking_no.later")}</p>
            )}
            {parcels.length > 1 && (
              <p className="faint">{each.items.map((item) => `${item.name} × ${item.quantity}`).join(" · ")}</p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was ordered. */
export function Goods({ found }: { found: Tracked }) {
  const { t } = useTranslation();
  return (
    <section className="card">
      <h2>{t("tracking.items")}</h2>
      <ul className="rows">
        {found.items.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines keep their order.
          <li key={index} className="pair">
            <span>{each.name}</span>
            <span className="figure">
              × {each.quantity} {each.unit}
            </span>
          </li>
        ))}
      </ul>
      {found.items_more > 0 && <p className="faint">{t("tracking.items.more", { count: found.items_more })}</p>}
    </section>
  );
}

function Copy({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  if (!navigator.clipboard) return null;
  return (
    <button type="button" onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(true))}>
      {t(copied ? "tracking.copied" : "tracking.copy")}
    </button>
  );
}
