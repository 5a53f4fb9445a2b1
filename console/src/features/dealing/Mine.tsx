import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { words } from "~/client/problems";
import type { components } from "~/client/schema";
import { amount } from "~/kit/amounts";
import { short } from "~/kit/times";

type Order = components["schemas"]["DealtOrder"];

/** One's own orders, each opened in its place, with its stage track. */
export function Mine({ zone, repeat }: { zone: string; repeat: (order: Order) => void }) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  const [opened, setOpened] = useState("");
  const asked = useInfiniteQuery({
    queryKey: ["dealing", "orders"],
    initialPageParam: "",
    refetchInterval: 20_000,
    queryFn: ({ pageParam, signal }) =>
      told(
        api.GET("/api/v1/dealing/orders", { params: { query: { ...(pageParam && { cursor: pageParam }) } }, signal }),
      ),
    getNextPageParam: (page) => page.next,
  });
  const rows = asked.data?.pages.flatMap((each) => each.rows) ?? [];
  return (
    <section className="card">
      <h2>{t("dealing.mine")}</h2>
      {asked.isSuccess && rows.length === 0 && <p className="faint">{t("dealing.mine.empty")}</p>}
      <ul className="rows">
        {rows.map((each) => (
          <li key={each.order_no}>
            <button
              type="button"
              className="pair wide"
              aria-expanded={opened === each.order_no}
              onClick={() => setOpened(opened === each.order_no ? "" : each.order_no)}
            >
              <span>
                {each.order_no}{" "}
                <span className="faint under">
                  {short(each.placed_at, locale, zone)} · {each[language]}
                </span>
              </span>
              <span className="figure">{amount(each.total_minor, each.currency, locale)}</span>
            </button>
            {opened === each.order_no && <One orderNo={each.order_no} repeat={repeat} />}
          </li>
        ))}
      </ul>
      {asked.hasNextPage && (
        <button type="button" onClick={() => asked.fetchNextPage()}>
          {t("dealing.more")}
        </button>
      )}
    </section>
  );
}

function One({ orderNo, repeat }: { orderNo: string; repeat: (order: Order) => void }) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  const client = useQueryClient();
  const [said, setSaid] = useState("");
  const params = { path: { order_no: orderNo } };
  const { data } = useQuery({
    queryKey: ["dealing", "orders", orderNo],
    queryFn: ({ signal }) => told(api.GET("/api/v1/dealing/orders/{order_no}", { params, signal })),
  });
  if (!data) return <p className="faint">{t("outside.waiting")}</p>;
  const cancel = async () => {
    if (!window.confirm(t("dealing.cancel.ask", { no: orderNo }))) return;
    try {
      await told(
        api.POST("/api/v1/dealing/orders/{order_no}/cancel", { params, body: { reason: t("dealing.cancel.reason") } }),
      );
      client.invalidateQueries({ queryKey: ["dealing"] });
    } catch (error) {
      setSaid(words(error, language) ?? t("outside.away.first"));
    }
  };
  return (
    <div className="stack">
      <ol className="steps">
        {data.tracked.steps.map((each) => (
          <li key={each.stage} className={each.standing} aria-current={each.standing === "here" ? "step" : undefined}>
            {each[language]} {each.at && <span className="faint">{short(each.at, locale, data.tracked.zone)}</span>}
          </li>
        ))}
      </ol>
      {data.tracked.promise && data.tracked.stage !== "delivered" && (
        <p>{t("dealing.promised", { at: short(data.tracked.promise.at, locale, data.tracked.zone) })}</p>
      )}
      {data.tracked.parcels.map((each) => (
        <p key={`${each.carrier.en}${each.tracking_no}`}>
          {each.carrier[language]} {each.tracking_no}
        </p>
      ))}
      <p className="faint">{data.lines.map((each) => `${each.name} × ${each.quantity}`).join(" · ")}</p>
      <p className="pair">
        <button type="button" onClick={() => repeat(data)}>
          {t("dealing.repeat")}
        </button>
        {data.cancellable && (
          <button type="button" onClick={cancel}>
            {t("dealing.cancel")}
          </button>
        )}
      </p>
      {said && (
        <p className="note" role="alert">
          {said}
        </p>
      )}
    </div>
  );
}
