import { Input } from "antd";
import { useTranslation } from "react-i18next";

type Said = { zh?: string | null; en?: string | null };
type Props<T extends Said> = { value: T; number: number; locked: boolean; write: (next: T) => void };

/** What something in a list is called, in both languages; `number` tells it from the others. */
export function Words<T extends Said>({ value, number, locked, write }: Props<T>) {
  const { t } = useTranslation();
  return (["zh", "en"] as const).map((language) => (
    <Input
      key={language}
      aria-label={`${t(`dictionary.${language}`)} ${number}`}
      placeholder={t(`dictionary.${language}`)}
      disabled={locked}
      value={value[language] ?? ""}
      onChange={(event) => write({ ...value, [language]: event.target.value })}
    />
  ));
}
