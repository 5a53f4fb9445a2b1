import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { Problem } from "~/client/problems";
import { Papers, Seller, To } from "~/features/tracking/Around";
import { Goods, Parcels } from "~/features/tracking/Goods";
import { Head } from "~/features/tracking/Head";
import { useTracked } from "~/features/tracking/read";
import { Way } from "~/features/tracking/Way";
import { short } from "~/kit/times";
import { Failed, Frame, Waiting } from "~/ui/outside/Frame";
import "~/features/tracking/tracking.css";

/** Where an order is, for whoever has its link. */
export default function Tracking({ token }: { token: string }) {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  const { data: found, error, refetch, isPending } = useTracked(token);
  const title = found ? t("tracking.order", { no: found.order_no }) : t("tracking.title");
  useEffect(() => {
    document.title = found?.seller.name ? `${title} · ${found.seller.name}` : title;
  }, [title, found?.seller.name]);
  if (isPending) return <Waiting />;
  // A link that was ended shows no more; a server that does not answer takes nothing away.
  if (!found || (error instanceof Problem && [404, 410].includes(error.status)))
    return <Failed error={error} again={() => refetch()} />;
  const at = short(found.told_at, locale, found.zone);
  return (
    <Frame name={found.seller.name}>
      {error && (
        <p className="note" role="status">
          {t("outside.away", { at })}
        </p>
      )}
      <Head found={found} />
      <Way steps={found.steps} zone={found.zone} />
      <Parcels parcels={found.parcels} zone={found.zone} />
      <Goods found={found} />
      <To to={found.recipient} />
      <Papers papers={found.papers} />
      <Seller seller={found.seller} />
      <p className="foot">{t("outside.updated", { at })}</p>
    </Frame>
  );
}
