import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import type { components } from "~/client/schema";
import { TRACK } from "~/kit/stages";
import { When } from "~/ui/Words";

type Order = Pick<components["schemas"]["Order"], "stage" | "holds" | "shipments" | "promise">;

/** What happens next with an order, in a sentence that can be read out to who asks. */
export function NextStep({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  const stage = order.stage ?? "received";
  const open = (order.shipments ?? []).filter((each) => each.stage !== "cancelled" && each.stage !== "delivered");
  const houses = [...new Set(open.map((each) => named("warehouses", each.warehouse)))].join(t("service.and"));
  const hold = order.holds?.[0];
  const promised = order.promise?.promised_at;
  const late = promised ? Date.parse(promised) < Date.now() && stage !== "delivered" : false;
  const say = () => {
    if (stage === "cancelled") return t("service.next.cancelled");
    if (hold)
      return t(hold.owner ? "service.next.held_by" : "service.next.held", {
        reason: hold.reason[language] || named("holds", hold.code),
        owner: named("roles", hold.owner ?? ""),
      });
    const known = TRACK.includes(stage) ? stage : "confirmed";
    return t(`service.next.${known}`, { houses: houses || t("service.warehouse") });
  };
  return (
    <p className="next-step" role="status">
      <b>{t("service.next")}</b> {say()}{" "}
      {promised && stage !== "delivered" && stage !== "cancelled" && (
        <span className={late ? "late" : "faint"}>
          {t(late ? "service.late" : "service.promised")} <When at={promised} late={late} />
        </span>
      )}
    </p>
  );
}
