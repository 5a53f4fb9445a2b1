import { useQuery } from "@tanstack/react-query";
import { Checkbox, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import type { FormContent } from "~/features/studio/designer/model";
import { Fact } from "~/features/studio/dictionary/FieldFacts";
import { titleOf } from "~/features/studio/list";
import { all } from "~/features/studio/read";

type Props = { form: FormContent; locked: boolean; write: (form: FormContent) => void };
const ENTRIES = ["public", "dealer", "api"] as const;
// These have no form of their own: what a form makes is an order or a record.
const NEVER = new Set(["line", "customer", "sku", "shipment", "order"]);

/** What the form is called, what it makes, and the ways into it. */
export function FormFacts({ form, locked, write }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const types = useQuery({ queryKey: ["documents", "fields"], queryFn: ({ signal }) => all("fields", signal) });
  const channels = useQuery({
    queryKey: ["channels"],
    queryFn: ({ signal }) => told(api.GET("/api/v1/channels", { signal })),
  });
  const own = (types.data ?? []).filter((each) => !NEVER.has(each.name) && !each.retired_at);
  return (
    <>
      <h3>{t("designer.whole")}</h3>
      {(["zh", "en"] as const).map((each) => (
        <Fact key={each} label={t(`designer.title.${each}`)}>
          <Input
            aria-label={t(`designer.title.${each}`)}
            disabled={locked}
            value={form[each] ?? ""}
            onChange={(event) => write({ ...form, [each]: event.target.value })}
          />
        </Fact>
      ))}
      <Fact label={t("designer.subject")}>
        <Select
          aria-label={t("designer.subject")}
          disabled={locked}
          value={form.subject}
          options={[
            { value: "order", label: t("dictionary.subject.order") },
            ...own.map((each) => ({ value: each.name, label: titleOf(each, language) })),
          ]}
          onChange={(subject) =>
            write({ ...form, subject, sections: [{ items: [] }], checks: undefined, channel: form.channel })
          }
        />
      </Fact>
      {form.subject === "order" && (
        <Fact label={t("designer.channel")}>
          <Select
            aria-label={t("designer.channel")}
            showSearch={{ optionFilterProp: "label" }}
            disabled={locked}
            value={form.channel || undefined}
            options={(channels.data ?? []).map((each) => ({
              value: each.channel,
              label: (language === "en" ? each.label || each.name : each.name) || each.channel,
            }))}
            onChange={(channel) => write({ ...form, channel })}
          />
        </Fact>
      )}
      <Fact label={t("designer.entries")}>
        <Checkbox.Group
          disabled={locked}
          value={form.entries ?? ["api"]}
          options={ENTRIES.map((value) => ({ value, label: t(`designer.entry.${value}`) }))}
          onChange={(entries) => write({ ...form, entries })}
        />
      </Fact>
    </>
  );
}
