import { useTranslation } from "react-i18next";

/** What people call a field of the order that a mapping fills: 收货人 · 电话 for consignee.phone. */
export function useTargetName(): (field: string) => string {
  const { t, i18n } = useTranslation();
  return (field) =>
    field
      .split(".")
      .map((part) => (i18n.exists(`mapping.part.${part}`) ? t(`mapping.part.${part}`) : part))
      .join(" · ");
}
