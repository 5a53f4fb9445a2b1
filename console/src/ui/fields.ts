import { useTranslation } from "react-i18next";

const PARTS = /^(consignee|buyer|lines|notes|invoice)\./;

/** What people call a field that a message or a file fills; the field itself where it has no word. */
export function useFieldWord(): (field: string) => string {
  const { t, i18n } = useTranslation();
  return (field) =>
    [field, field.replace(PARTS, "").replace(".", "_"), field.split(".").at(-1)]
      .map((each) => `quarantine.target.${each}`)
      .filter((each) => i18n.exists(each))
      .map((each) => t(each))[0] ?? field;
}
