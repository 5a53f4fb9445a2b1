import { SearchOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Empty, Input, Spin } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useFresh } from "~/client/live";
import { useNamed } from "~/client/names";
import { Overview } from "~/features/orders/Overview";
import { useOrder } from "~/features/orders/read";
import { moments } from "~/features/orders/story";
import { Grade } from "~/features/orders/Tags";
import { Track } from "~/features/orders/Track";
import { NextStep } from "~/features/service/NextStep";
import { Part } from "~/ui/detail/DetailPage";
import { Timeline } from "~/ui/detail/Timeline";
import { useNarrowed } from "~/ui/list/useList";
import { Stage } from "~/ui/Stage";
import { Trouble } from "~/ui/Trouble";
import { Code, Money, When } from "~/ui/Words";
import "~/features/orders/orders.css";
import "~/features/service/service.css";
import "~/ui/detail/detail.css";

const CHARACTERS_MIN = 2;
const SETTLE_MS = 200;

/** One box for whoever calls: any part of a number, a phone, a name; then the whole chain in one look. */
export default function Service() {
  const { t } = useTranslation();
  const named = useNamed();
  const [search, narrow] = useNarrowed();
  const text = search.text ?? "";
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    const timer = setTimeout(
      () => typed.trim() !== text && narrow(typed.trim() ? { text: typed.trim() } : {}),
      SETTLE_MS,
    );
    return () => clearTimeout(timer);
  }, [typed, text, narrow]);
  const asked = useQuery({
    queryKey: ["search", text],
    enabled: text.length >= CHARACTERS_MIN,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => told(api.GET("/api/v1/search", { params: { query: { text } }, signal })),
  });
  const found = text.length >= CHARACTERS_MIN ? (asked.data ?? []) : [];
  const chosen = found.find((each) => each.order_no === search.order) ?? found[0];
  return (
    <section className="service" aria-label={t("service.title")}>
      <header>
        <h1>{t("service.title")}</h1>
        <Input
          autoFocus
          allowClear
          size="large"
          className="service-box"
          prefix={<SearchOutlined />}
          value={typed}
          maxLength={128}
          placeholder={t("service.placeholder")}
          aria-label={t("service.placeholder")}
          onChange={(event) => setTyped(event.target.value)}
        />
      </header>
      {asked.error && <Trouble error={asked.error} again={() => asked.refetch()} />}
      {found.length > 1 && (
        <ul className="service-finds" aria-label={t("service.finds")}>
          {found.map((each) => (
            <li key={each.order_no}>
              <button
                type="button"
                aria-pressed={each.order_no === chosen?.order_no}
                onClick={() => narrow({ text, order: each.order_no })}
              >
                <span>
                  <Code>{each.order_no}</Code>
                  <Money minor={each.total_minor} currency={each.currency} />
                </span>
                <span className="faint">
                  {named("stages", each.stage)}
                  <When at={each.placed_at} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {chosen && <Chain key={chosen.order_no} orderNo={chosen.order_no} />}
      {!chosen && !asked.isFetching && (
        <Empty description={t(text.length < CHARACTERS_MIN ? "service.begin" : "service.none")} />
      )}
    </section>
  );
}

/** The whole chain of an order: what is next, its stages, what holds it, what it is, what happened. */
function Chain({ orderNo }: { orderNo: string }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  const asked = useOrder(orderNo);
  const found = asked.data;
  useFresh(["orders", orderNo], ["order", "shipment", "payment", "promise"], found?.order.order_id);
  const items = found?.timeline.items;
  // biome-ignore lint/correctness/useExhaustiveDependencies: names of warehouses only follow what `named` reads.
  const story = useMemo(
    () => moments(items ?? [], language, t, (code) => named("warehouses", code)),
    [items, language, t],
  );
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  if (!found) return <Spin />;
  return (
    <article className="service-chain" aria-label={orderNo}>
      <header className="detail-marks">
        <Link to={`/orders/${encodeURIComponent(orderNo)}`}>
          <Code>{orderNo}</Code>
        </Link>
        <Stage stage={found.order.stage ?? ""} />
        <Grade grade={found.order.grade ?? ""} />
        <span className="faint">{named("channels", found.order.channel)}</span>
      </header>
      <NextStep order={found.order} />
      <Track order={found.order} stays={found.timeline.stays} />
      <Overview found={found} />
      <Part title="service.story">
        <Timeline moments={story} />
      </Part>
    </article>
  );
}
