import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { words } from "~/client/problems";
import type { components } from "~/client/schema";
import { Done } from "~/features/filling/Done";
import { lookupsOf } from "~/features/filling/lookups";
import { useFilling } from "~/features/filling/useFilling";
import { beginning, called } from "~/ui/form/definition";
import { Form } from "~/ui/form/Form";
import { Failed, Frame, Waiting } from "~/ui/outside/Frame";
import "~/features/filling/filling.css";

type Opened = components["schemas"]["FormOpened"];

/** A form by its link, filled in by whoever has it. */
export default function Filling({ token }: { token: string }) {
  const client = useQueryClient();
  const asked = useQuery({
    queryKey: ["form by link", token],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const found = await told(api.GET("/f/{token}", { params: { path: { token } }, signal }));
      // Fields ask what the workspace calls things; nobody is signed in here who may.
      client.setQueryDefaults(["names"], { staleTime: Number.POSITIVE_INFINITY });
      const names = { zone: found.zone, currency: found.currency };
      const none = { workspace: "", track: [], stages: {}, channels: {}, warehouses: {}, events: {} };
      for (const each of ["zh", "en"]) client.setQueryData(["names", each], { ...none, ...names });
      return found;
    },
  });
  if (asked.isPending) return <Waiting />;
  if (!asked.data) return <Failed error={asked.error} again={() => asked.refetch()} />;
  return <Fill token={token} form={asked.data} />;
}

function Fill({ token, form }: { token: string; form: Opened }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const lookups = useMemo(() => lookupsOf(token), [token]);
  const start = useMemo(() => beginning(form), [form]);
  const filling = useFilling(token, start);
  const title = called(form, language);
  useEffect(() => {
    document.title = form.seller.name ? `${title} · ${form.seller.name}` : title;
  }, [title, form.seller.name]);
  // Who came from the dealers' page goes back there; who was sent the link alone has no such page.
  const back = window.location.hash === "#dealer" && <a href="/dealer">{t("filling.dealer")}</a>;
  if (filling.kept.done)
    return (
      <Frame name={form.seller.name} beside={back}>
        <Done done={filling.kept.done} again={filling.again} />
      </Frame>
    );
  const { kept, problems } = filling;
  const count = Object.keys(problems).length;
  const said = count > 0 ? t("filling.wrong", { count }) : words(filling.refused, language);
  return (
    <Frame name={form.seller.name} beside={back}>
      <form
        className="card filling"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          filling.send();
        }}
      >
        <h1>{title}</h1>
        <Form
          form={form}
          values={kept.values}
          onChange={filling.type}
          problems={problems}
          lookups={lookups}
          locked={kept.sending}
          without={form.customer_no ? ["customer_no"] : []}
        >
          <label className="trap" aria-hidden="true">
            {t("filling.trap")}
            <input tabIndex={-1} autoComplete="off" onChange={(event) => filling.trap(event.target.value)} />
          </label>
          {said && (
            <p className="note bad" role="alert">
              {said}
            </p>
          )}
          {filling.waiting && (
            <p className="note" role="status">
              {t("filling.waiting")}
            </p>
          )}
          <button type="submit" className="main" disabled={kept.sending}>
            {t(kept.sending ? "filling.sending" : "filling.send")}
          </button>
          <p className="faint">{t("filling.kept")}</p>
        </Form>
      </form>
    </Frame>
  );
}
