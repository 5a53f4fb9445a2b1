import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { amount, count } from "~/kit/amounts";
import { short, span, whole } from "~/kit/times";

/** An amount in its currency, figures under figures. */
export function Money({ minor, currency }: { minor: number; currency?: string }) {
  const { locale } = useLanguage();
  const names = useNames();
  return <span className="figure">{amount(minor, currency || names.currency, locale)}</span>;
}

/** A count with its thousands apart, figures under figures. */
export function Count({ value }: { value: number | undefined }) {
  const { locale } = useLanguage();
  return <span className="figure">{count(value ?? 0, locale)}</span>;
}

/** An instant on the workspace's clock, to the minute; all of it on hover. */
export function When({ at, late = false }: { at: string | null | undefined; late?: boolean }) {
  const { locale } = useLanguage();
  const { zone } = useNames();
  if (!at) return <span className="faint">—</span>;
  return (
    <time dateTime={at} title={whole(at, locale, zone)} className={late ? "figure late" : "figure"}>
      {short(at, locale, zone)}
    </time>
  );
}

/** A length of time in its two largest units. */
export function Span({ seconds }: { seconds: number }) {
  const { t } = useTranslation();
  return (
    <span className="figure">
      {span(seconds)
        .map((each) => t(`shell.unit.${each.unit}`, { count: each.count }))
        .join(" ")}
    </span>
  );
}

/** A number that people copy: it never breaks. */
export function Code({ children }: { children: string }) {
  return <span className="code">{children}</span>;
}

/** What people call a thing, its number faint behind it; the number alone where it has no name. */
export function Named({ name, code }: { name: string | undefined; code: string }) {
  if (!name) return code;
  return (
    <span title={`${name} ${code}`}>
      {name} <span className="faint">{code}</span>
    </span>
  );
}
