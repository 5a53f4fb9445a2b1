import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { words } from "~/client/problems";
import type { components } from "~/client/schema";
import { type Draft, NOTHING, type To } from "~/features/dealing/draft";
import { amount, minor } from "~/kit/amounts";

type Dealer = components["schemas"]["Dealer"];
type Props = { dealer: Dealer; draft: Draft; change: (draft: Draft) => void; placed: () => void };
const PARTS = ["name", "phone", "province", "city", "district", "street"] as const;

/** Where goods went to before; nothing for a place that is yet to be typed. */
const earlier = (dealer: Dealer, index: number): Draft["to"] => {
  const { order_no: _, ...to } = dealer.addresses[index] ?? { order_no: "" };
  return to;
};

const chosen = (dealer: Dealer, to: Draft["to"]) =>
  dealer.addresses.findIndex((each) => PARTS.every((part) => (each[part] ?? "") === (to[part] ?? "")));

/** An order by SKU and quantity, with prices shown; sent again it is the same order. */
export function Quick({ dealer, draft, change, placed }: Props) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  const [find, setFind] = useState("");
  const [said, setSaid] = useState("");
  const [done, setDone] = useState("");
  const [busy, setBusy] = useState(false);
  const found = useQuery({
    queryKey: ["dealing", "goods", find],
    enabled: find.trim().length > 0,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/dealing/goods", { params: { query: { words: find.trim() } }, signal })),
  });
  const cost = (price: string | null) => minor(price ?? undefined, dealer.currency) ?? 0;
  const total = draft.lines.reduce((sum, each) => sum + cost(each.goods.price) * each.quantity, 0);
  const priced = (price: string | null) => (price === null ? "" : amount(cost(price), dealer.currency, locale));
  const missing = (["name", "province"] as const).filter((part) => !draft.to[part]);
  const send = async () => {
    setBusy(true);
    setSaid("");
    setDone("");
    try {
      const lines = draft.lines.map((each) => ({
        sku: each.goods.sku,
        quantity: each.quantity,
        unit: each.goods.unit,
      }));
      const body = { number: draft.number, lines, to: draft.to as To, note: draft.note };
      const { order_no } = await told(api.POST("/api/v1/dealing/orders", { body }));
      setDone(t("dealing.done", { no: order_no ?? "" }));
      change(NOTHING());
      placed();
    } catch (error) {
      setSaid(words(error, language) ?? t("dealing.kept"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card stack">
      <h2>{t("dealing.new")}</h2>
      <input
        type="search"
        aria-label={t("dealing.find")}
        placeholder={t("dealing.find")}
        value={find}
        onChange={(event) => setFind(event.target.value)}
      />
      {find && (
        <ul className="rows">
          {(found.data?.rows ?? []).map((each) => (
            <li key={each.sku}>
              <button
                type="button"
                className="pair wide"
                onClick={() => {
                  change({
                    ...draft,
                    to: draft.to.name ? draft.to : earlier(dealer, 0),
                    lines: [...draft.lines.filter((line) => line.goods.sku !== each.sku), { goods: each, quantity: 1 }],
                  });
                  setFind("");
                  setDone("");
                }}
              >
                <span>{each.name || each.sku}</span>
                <span className="figure">{priced(each.price)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {draft.lines.length === 0 && <p className="faint">{t("dealing.empty")}</p>}
      <ul className="rows">
        {draft.lines.map((line) => (
          <li key={line.goods.sku} className="pair">
            <span>
              {line.goods.name || line.goods.sku} <span className="faint">{priced(line.goods.price)}</span>
            </span>
            <span>
              <input
                type="number"
                min={1}
                className="count"
                aria-label={t("dealing.quantity", { name: line.goods.name })}
                value={line.quantity}
                onChange={(event) =>
                  change({
                    ...draft,
                    lines: draft.lines.map((each) =>
                      each === line
                        ? { ...each, quantity: Math.max(1, Math.floor(Number(event.target.value) || 1)) }
                        : each,
                    ),
                  })
                }
              />{" "}
              <button
                type="button"
                onClick={() => change({ ...draft, lines: draft.lines.filter((each) => each !== line) })}
              >
                {t("dealing.remove")}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {draft.lines.length > 0 && (
        <>
          <p className="pair">
            <span>{t("dealing.total")}</span>
            <b className="figure">{amount(total, dealer.currency, locale)}</b>
          </p>
          {dealer.addresses.length > 0 && (
            <label>
              {t("dealing.address")}
              <select
                value={chosen(dealer, draft.to)}
                onChange={(event) => change({ ...draft, to: earlier(dealer, Number(event.target.value)) })}
              >
                <option value={-1}>{t("dealing.address.other")}</option>
                {dealer.addresses.map((each, index) => (
                  <option
                    key={each.order_no}
                    value={index}
                  >{`${each.name} ${each.city}${each.district}${each.street}`}</option>
                ))}
              </select>
            </label>
          )}
          {PARTS.map((part) => (
            <label key={part}>
              {t(`dealing.${part}`)}
              <input
                value={draft.to[part] ?? ""}
                onChange={(event) => change({ ...draft, to: { ...draft.to, [part]: event.target.value } })}
              />
            </label>
          ))}
          <label>
            {t("dealing.note")}
            <input value={draft.note} onChange={(event) => change({ ...draft, note: event.target.value })} />
          </label>
          {missing.length > 0 && (
            <p className="faint">
              {t("dealing.missing", { parts: missing.map((part) => t(`dealing.${part}`)).join(t("dealing.and")) })}
            </p>
          )}
          <button type="button" className="main" disabled={busy || missing.length > 0} onClick={send}>
            {t(busy ? "dealing.sending" : "dealing.send")}
          </button>
        </>
      )}
      {said && (
        <p className="note" role="alert">
          {said} {dealer.forms.length > 0 && t("dealing.or_by_form")}
        </p>
      )}
      {done && (
        <p className="done" role="status">
          {done}
        </p>
      )}
    </section>
  );
}
