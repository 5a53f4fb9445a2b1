import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { Problem, words } from "~/client/problems";
import type { components } from "~/client/schema";
import { type Draft, NOTHING, read, write } from "~/features/dealing/draft";
import { Mine } from "~/features/dealing/Mine";
import { Quick } from "~/features/dealing/Quick";
import { SignIn } from "~/features/dealing/SignIn";
import { amount } from "~/kit/amounts";
import { Failed, Frame, Waiting } from "~/ui/outside/Frame";
import "~/features/dealing/dealing.css";

type Dealer = components["schemas"]["Dealer"];

/** The dealers' page: order, follow, order again; nothing of anybody else. */
export default function Dealing() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const asked = useQuery({
    queryKey: ["dealing", "me"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/dealing", { signal })),
  });
  useEffect(() => {
    document.title = t("dealing.title");
  }, [t]);
  if (asked.isPending) return <Waiting />;
  if (asked.error instanceof Problem && asked.error.status === 401)
    return <SignIn done={() => client.resetQueries({ queryKey: ["dealing"] })} />;
  if (asked.error instanceof Problem && asked.error.status < 500) return <Stranger error={asked.error} />;
  if (!asked.data) return <Failed error={asked.error} again={() => asked.refetch()} />;
  return <Desk key={asked.data.customer_no} dealer={asked.data} />;
}

const leave = () =>
  told(api.DELETE("/api/v1/session")).then(({ url }) => window.location.assign(url || window.location.pathname));

/** Somebody is signed in who is no dealer: an employee, mostly. They go to the console, or come again as somebody else. */
function Stranger({ error }: { error: Problem }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  return (
    <Frame>
      <section className="card stack" role="alert">
        <h1>{t("dealing.stranger")}</h1>
        <p>{words(error, language)}</p>
        <a className="main" href="/">
          {t("dealing.console")}
        </a>
        <button type="button" onClick={leave}>
          {t("dealing.other_login")}
        </button>
      </section>
    </Frame>
  );
}

function Desk({ dealer }: { dealer: Dealer }) {
  const { t } = useTranslation();
  const { language, locale } = useLanguage();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => read(dealer.customer_no));
  const change = (next: Draft) => {
    write(dealer.customer_no, next);
    setDraft(next);
  };
  const fresh = () => client.invalidateQueries({ queryKey: ["dealing"] });
  const open = async (form: string) => {
    const made = await told(api.POST("/api/v1/dealing/forms/{form}/link", { params: { path: { form } } }));
    window.location.assign(`/f/${made.token}#dealer`);
  };
  return (
    <Frame
      name={dealer.seller.name}
      beside={
        <button type="button" onClick={leave}>
          {t("dealing.sign_out")}
        </button>
      }
    >
      <section className="card">
        <h1>{dealer.name || dealer.customer_no}</h1>
        {dealer.credit && (
          <p className="pair">
            <span>{t("dealing.credit")}</span>
            <b className="figure">{amount(dealer.credit.available_minor, dealer.credit.currency, locale)}</b>
          </p>
        )}
      </section>
      <Quick dealer={dealer} draft={draft} change={change} placed={fresh} />
      {dealer.forms.length > 0 && (
        <section className="card stack">
          <h2>{t("dealing.forms")}</h2>
          {dealer.forms.map((each) => (
            <button key={each.form} type="button" onClick={() => open(each.form)}>
              {each[language] || each.form}
            </button>
          ))}
        </section>
      )}
      <Mine
        zone={dealer.zone}
        repeat={(order) => {
          const lines = order.lines.map((each) => ({
            goods: { sku: each.sku, name: each.name, unit: each.unit, units: [], price: each.price },
            quantity: Math.max(1, Math.round(Number(each.quantity))),
          }));
          change({ ...NOTHING(), lines, to: order.to });
          window.scrollTo({ top: 0 });
        }}
      />
    </Frame>
  );
}
