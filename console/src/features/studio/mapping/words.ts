import { useTranslation } from "react-i18next";

/** What people call a field of the order that a mapping fills: 收货人 · 电话 for consignee.phone. */
export function useTargetName(): (field: string) => string {
  const { t, i18n } = useTranslation();
  const partOf = (part: string, whole: string) =>
    [`mapping.part.${whole}`, `mapping.part.${part}`].filter((key) => i18n.exists(key)).map((key) => t(key))[0] ?? part;
  return (field) => {
    const parts = field.split(".");
    return parts.map((part, at) => partOf(part, parts.slice(0, at + 1).join("."))).join(" · ");
  };
}
