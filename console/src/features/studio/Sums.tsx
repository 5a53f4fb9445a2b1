import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import type { Summary } from "~/features/studio/read";
import { Money } from "~/ui/Words";

const COUNTS = ["refused", "held", "shipments", "split", "backordered", "promised_hours"] as const;
const MONEY = ["total_minor", "discount_minor", "freight_minor", "carriage_minor"] as const;

/** What a back-test comes to: in force beside the draft. */
export function Sums({ summary }: { summary: Summary }) {
  const { t } = useTranslation();
  const counts = COUNTS.map((name) => [name, summary[name] ?? [0, 0]] as const);
  return (
    <>
      <p className="backtest-said" role="status">
        <b>{t("studio.backtest.said", { changed: summary.changed, orders: summary.orders })}</b>{" "}
        <span className="faint">
          {t("studio.backtest.more", {
            reproduced: summary.reproduced,
            odd: summary.not_comparable,
            seconds: summary.seconds,
          })}
        </span>
      </p>
      {!summary.ended && <Alert type="warning" showIcon title={t("studio.backtest.cut")} />}
      <table className="sums">
        <thead>
          <tr>
            <td />
            <th scope="col">{t("studio.backtest.live")}</th>
            <th scope="col">{t("studio.backtest.draft")}</th>
            <th scope="col">{t("studio.backtest.difference")}</th>
          </tr>
        </thead>
        <tbody>
          {counts.map(([name, [was, now]]) => (
            <tr key={name}>
              <th scope="row">{t(`studio.sum.${name}`)}</th>
              <td className="figure">{was}</td>
              <td className="figure">{now}</td>
              <td className="figure">
                {now === was ? "" : `${now > was ? "+" : ""}${Math.round((now - was) * 100) / 100}`}
              </td>
            </tr>
          ))}
          {(summary.money ?? []).flatMap((each) =>
            MONEY.map((name) => {
              const [was, now] = each[name] ?? [0, 0];
              return (
                <tr key={each.currency + name}>
                  <th scope="row">
                    {t(`studio.sum.${name}`)} <span className="faint">{each.currency}</span>
                  </th>
                  <td>
                    <Money minor={was} currency={each.currency} />
                  </td>
                  <td>
                    <Money minor={now} currency={each.currency} />
                  </td>
                  <td>{now !== was && <Money minor={now - was} currency={each.currency} />}</td>
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
    </>
  );
}
