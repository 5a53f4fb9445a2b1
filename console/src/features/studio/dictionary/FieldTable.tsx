import { Link } from "@tanstack/react-router";
import { Input } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { asked } from "~/features/studio/designer/model";
import { useTitles } from "~/features/studio/titles";
import { Badge } from "~/ui/Badge";
import { called, type FieldShown } from "~/ui/form/definition";

type Use = { kind: string; name: string };
type Props = {
  subject: string;
  builtIn: FieldShown[];
  own: FieldShown[];
  uses: Record<string, Use[]>;
  chosen?: string;
  choose?: (name: string) => void;
  below?: ReactNode;
};
const FLAGS = ["required", "unique", "filterable", "personal", "retired"] as const;

/** Every field of a subject in one dense list: type, what holds of it, which documents name it. */
export function FieldTable({ subject, builtIn, own, uses, chosen = "", choose, below }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const titled = useTitles();
  const [words, setWords] = useState("");
  const fits = (field: FieldShown) =>
    `${field.name} ${field.zh ?? ""} ${field.en ?? ""} ${t(`designer.type.${field.type}`)}`
      .toLowerCase()
      .includes(words.trim().toLowerCase());
  const row = (field: FieldShown, mine: boolean) => (
    <div key={field.name}>
      <div className={chosen === field.name ? "field-row chosen" : "field-row"} data-field-row={field.name}>
        <button
          type="button"
          className="plain field-name"
          disabled={!mine || !choose}
          aria-expanded={mine && choose ? chosen === field.name : undefined}
          onClick={() => choose?.(chosen === field.name ? "" : field.name)}
        >
          <span>{called(field, language) || field.name}</span>
          <small className="faint">{mine ? asked(subject, field.name) : field.name}</small>
        </button>
        <span>{t(`designer.type.${field.type}`)}</span>
        <span className="field-flags">
          {FLAGS.filter((flag) => field[flag] === true).map((flag) => (
            <Badge key={flag} tone={flag === "required" ? "way" : flag === "personal" ? "warn" : "plain"}>
              {t(`dictionary.flag.${flag}`)}
            </Badge>
          ))}
          {!mine && <Badge>{t("dictionary.built_in")}</Badge>}
        </span>
        <span className="field-uses">
          {(uses[field.name] ?? []).map((use) => (
            <Link key={`${use.kind}/${use.name}`} to={`/studio/${use.kind}/${use.name}` as never}>
              {titled(use)}
            </Link>
          ))}
        </span>
      </div>
      {chosen === field.name && below}
    </div>
  );
  return (
    <div className="field-table">
      <Input
        allowClear
        aria-label={t("designer.find")}
        placeholder={t("designer.find")}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <div className="field-row field-head">
        <span>{t("dictionary.field")}</span>
        <span>{t("dictionary.type")}</span>
        <span>{t("dictionary.holds")}</span>
        <span>{t("dictionary.uses")}</span>
      </div>
      {own.filter(fits).map((each) => row(each, true))}
      {builtIn.filter(fits).map((each) => row(each, false))}
      {own.length + builtIn.length === 0 && <p className="faint">{t("dictionary.none")}</p>}
    </div>
  );
}
