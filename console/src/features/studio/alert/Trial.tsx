import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Alert, Spin } from "antd";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { type AlertContent, triable } from "~/features/studio/alert/model";
import { useBoardWords } from "~/ui/board/words";
import { Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";

const GROUPS_MAX = 12;

/** Whether an alert would ring now, for which groups, and when it rang last. Nobody is told. */
export function Trial({ name, alert }: { name: string; alert: AlertContent }) {
  const { t } = useTranslation();
  const words = useBoardWords();
  const asked = useDeferredValue(JSON.stringify(triable(alert)));
  const tried = useQuery({
    queryKey: ["alerts", "tried", name, asked],
    enabled: alert.metric !== "",
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) =>
      told(api.POST("/api/v1/alerts/try", { body: { name, content: JSON.parse(asked) } as never, signal })),
  });
  const found = tried.data;
  const beyond = found?.groups.filter((each) => each.beyond) ?? [];
  const state = found?.rings ? "rings" : beyond.length > 0 ? "lasts" : "quiet";
  const card = { money: found?.money ?? false, unit: found?.unit ?? "" } as never;
  return (
    <Part title="alerts.now">
      {tried.error ? (
        <Trouble error={tried.error} />
      ) : !found ? (
        alert.metric !== "" && <Spin />
      ) : (
        <div aria-busy={tried.isFetching}>
          <Alert
            showIcon
            type={state === "rings" ? "error" : state === "lasts" ? "warning" : "success"}
            title={t(`alerts.now.${state}`, { count: beyond.length })}
          />
          <ul className="weighed">
            {found.groups.slice(0, GROUPS_MAX).map((each) => (
              <li key={each.groups.join("/")}>
                {found.by.length > 0 && (
                  <span>
                    {each.groups.map((value, place) => words.group(found.by[place] ?? "", value)).join(" / ")}
                  </span>
                )}
                <b className={each.beyond ? "number-bad" : undefined}>
                  {words.value(card, each.value)} {words.unit(card)}
                </b>
                {each.beyond && each.due_at && !found.rings && (
                  <span className="faint">
                    {t("alerts.due")} <When at={each.due_at} />
                  </span>
                )}
              </li>
            ))}
          </ul>
          <p className="faint">
            {found.told_at ? (
              <>
                {t("alerts.rang")} <When at={found.told_at} />
              </>
            ) : (
              t("alerts.never")
            )}
          </p>
        </div>
      )}
    </Part>
  );
}
