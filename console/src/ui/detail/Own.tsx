import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import type { components } from "~/client/schema";
import { useMay } from "~/client/session";

type Field = components["schemas"]["Field"];

/** The fields that the house gave a thing, by the words of its dictionary; a value that is chosen by its own word. */
export function Own({ subject, values }: { subject: string; values: Record<string, unknown> | undefined }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const own = Object.entries(values ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const named = useNamed();
  const may = useMay()("forms:read");
  const asked = useQuery({
    queryKey: ["fields", subject],
    enabled: may && own.length > 0,
    staleTime: 300_000,
    queryFn: ({ signal }) => told(api.GET("/api/v1/fields/{subject}", { params: { path: { subject } }, signal })),
  });
  if (own.length === 0) return null;
  const word = (field: Field | undefined, value: unknown): string => {
    if (Array.isArray(value)) return value.map((each) => word(field, each)).join(t("detail.own.and"));
    if (typeof value === "boolean") return t(value ? "detail.own.yes" : "detail.own.no");
    if (value !== null && typeof value === "object") return JSON.stringify(value);
    // A flow may have noted which hold it was.
    return field?.options?.find((each) => each.value === value)?.[language] || named("holds", String(value));
  };
  return (
    <dl className="facts">
      {own.map(([name, value]) => {
        const field = asked.data?.find((each) => each.name === name);
        return (
          <div key={name}>
            <dt>{field?.[language] || name}</dt>
            <dd>{word(field, value)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
