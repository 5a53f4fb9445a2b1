import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { type Decision, useWhys } from "~/features/orders/read";
import { Badge } from "~/ui/Badge";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";

/** The decisions of some points, folded beside what they decided. */
export function WhyOf({ orderNo, points }: { orderNo: string; points: string[] }) {
  const { t } = useTranslation();
  const asked = useWhys(orderNo);
  const found = last((asked.data?.decisions ?? []).filter((each) => points.includes(each.point)));
  if (found.length === 0) return null;
  return (
    <details className="why">
      <summary>{t("orders.why.short")}</summary>
      {found.map((each) => (
        <Told key={`${each.point} ${each.n} ${each.zh}`} decision={each} />
      ))}
    </details>
  );
}

/** Of each point what was decided last: what stands now. */
function last(decisions: Decision[]): Decision[] {
  const newest = new Map<string, number>();
  for (const each of decisions) newest.set(each.point, Math.max(each.n, newest.get(each.point) ?? 0));
  return decisions.filter((each) => each.n === newest.get(each.point));
}

/** Every decision in its order. */
export function Whys({ orderNo }: { orderNo: string }) {
  const { t, i18n } = useTranslation();
  const asked = useWhys(orderNo);
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  const word = (point: string) => (i18n.exists(`orders.point.${point}`) ? t(`orders.point.${point}`) : point);
  return (
    <ol className="whys">
      {(asked.data?.decisions ?? []).map((each) => (
        <li key={`${each.point} ${each.n} ${each.zh}`}>
          <div className="whys-head">
            <Badge>{word(each.point)}</Badge>
            <When at={each.at} />
          </div>
          <Told decision={each} />
        </li>
      ))}
    </ol>
  );
}

function Told({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  return (
    <div className="told">
      <p>{decision[language]}</p>
      {decision.parts?.map((each) => (
        <p key={each.zh} className="faint">
          {each[language]}
        </p>
      ))}
      {decision.because?.map((each) => (
        <p key={each.rule}>
          <span className="faint">{t("orders.why.because")} </span>
          {each[language]}{" "}
          <span className="faint">
            {t("orders.why.document", { document: each.document, version: each.version, row: each.row })}
          </span>
          {each.conditions?.map((one) => (
            <span key={one.path + one.cell} className="condition">
              {t("orders.why.condition", { name: one.name, cell: one.cell, seen: String(one.seen) })}
            </span>
          ))}
        </p>
      ))}
      {(decision.others?.length ?? 0) > 0 && (
        <details>
          <summary>{t("orders.why.others", { count: decision.others?.length })}</summary>
          <ul>
            {decision.others?.map((each) => (
              <li key={each.what + each.zh}>
                <b>{each.what}</b> {each[language]}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
