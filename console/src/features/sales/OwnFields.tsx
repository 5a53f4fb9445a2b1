import { useQuery } from "@tanstack/react-query";
import { Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";

type Field = components["schemas"]["Field"];
export type Own = Record<string, unknown>;

/** What the desk can ask with one control; the rest is for forms. */
const ASKED = new Set(["text", "phone", "number", "money", "select", "multi_select", "boolean", "date"]);

/** The fields that the house gave its orders; none before they are published. */
export function useOrderFields(): Field[] {
  const may = useMay()("forms:read");
  const asked = useQuery({
    queryKey: ["fields", "order"],
    enabled: may,
    staleTime: 300_000,
    queryFn: ({ signal }) =>
      told(api.GET("/api/v1/fields/{subject}", { params: { path: { subject: "order" } }, signal })),
  });
  return (asked.data ?? []).filter((each) => ASKED.has(each.type) && !each.computed);
}

/** The house's own fields of an order, each by its kind. */
export function OwnFields({ fields, own, put }: { fields: Field[]; own: Own; put: (own: Own) => void }) {
  const { language } = useLanguage();
  const change = (name: string, value: unknown) => {
    const { [name]: _, ...rest } = own;
    const empty = value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    put(empty ? rest : { ...rest, [name]: value });
  };
  return (
    <div className="desk-pair">
      {fields.map((each) => (
        <One
          key={each.name}
          field={each}
          label={`${each[language] || each.name}${each.required ? " *" : ""}`}
          value={own[each.name]}
          put={(value) => change(each.name, value)}
        />
      ))}
    </div>
  );
}

type OneProps = { field: Field; label: string; value: unknown; put: (value: unknown) => void };

function One({ field, label, value, put }: OneProps) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const said = { placeholder: label, "aria-label": label };
  const choices = (field.options ?? [])
    .filter((each) => !each.retired)
    .map((each) => ({ value: each.value, label: each[language] || each.value }));
  switch (field.type) {
    case "select":
    case "multi_select":
      return (
        <Select
          {...said}
          allowClear
          mode={field.type === "multi_select" ? "multiple" : undefined}
          options={choices}
          value={value as string}
          onChange={put}
        />
      );
    case "boolean":
      return (
        <Select
          {...said}
          allowClear
          options={[
            { value: true, label: t("list.yes") },
            { value: false, label: t("list.no") },
          ]}
          value={value as boolean}
          onChange={put}
        />
      );
    case "number":
    case "money":
      return <InputNumber {...said} className="desk-number" value={value as number} onChange={put} />;
    case "date":
      // A date's box shows how dates are written, never a placeholder.
      return (
        <Input
          {...said}
          type="date"
          prefix={<span className="faint">{label}</span>}
          value={String(value ?? "")}
          onChange={(event) => put(event.target.value)}
        />
      );
    default:
      return (
        <Input
          {...said}
          maxLength={field.chars_max ?? 500}
          value={String(value ?? "")}
          onChange={(event) => put(event.target.value)}
        />
      );
  }
}
