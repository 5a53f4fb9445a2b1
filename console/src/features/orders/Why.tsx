import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { type Decision, useWhys } from "~/features/orders/read";
import { Badge } from "~/ui/Badge";
import { read } from "~/ui/rules/cells";
import { useSaying } from "~/ui/rules/saying";
import { namedBy, termOf, wordOf } from "~/ui/rules/vocabulary";
import { Trouble } from "~/ui/Trouble";
import { When } from "~/ui/Words";

type Condition = NonNullable<NonNullable<Decision["because"]>[number]["conditions"]>[number];

/** The decisions of some points, folded beside what they decided. */
export function WhyOf({ orderNo, points }: { orderNo: string; points: string[] }) {
  const { t } = useTranslation();
  const asked = useWhys(orderNo);
  const found = last((asked.data?.decisions ?? []).filter((each) => points.includes(each.point)));
  if (found.length === 0) return null;
  return (
    <details className="why">
      <summary>{t("orders.why.short")}</summary>
      {found.map((each) => (
        <Told key={`${each.point} ${each.n} ${each.zh}`} decision={each} />
      ))}
    </details>
  );
}

/** Of each point what was decided last: what stands now. */
function last(decisions: Decision[]): Decision[] {
  const newest = new Map<string, number>();
  for (const each of decisions) newest.set(each.point, Math.max(each.n, newest.get(each.point) ?? 0));
  return decisions.filter((each) => each.n === newest.get(each.point));
}

/** Every decision in its order. */
export function Whys({ orderNo }: { orderNo: string }) {
  const { t, i18n } = useTranslation();
  const asked = useWhys(orderNo);
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  const word = (point: string) => (i18n.exists(`orders.point.${point}`) ? t(`orders.point.${point}`) : point);
  return (
    <ol className="whys">
      {(asked.data?.decisions ?? []).map((each) => (
        <li key={`${each.point} ${each.n} ${each.zh}`}>
          <div className="whys-head">
            <Badge>{word(each.point)}</Badge>
            <When at={each.at} />
          </div>
          <Told decision={each} />
        </li>
      ))}
    </ol>
  );
}

/** A condition with what was seen, in the words that rules are written in. */
function useCondition(): (one: Condition) => string {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const saying = useSaying();
  const names = useNames();
  return ({ name, path, cell, seen }) => {
    const kind = namedBy(path);
    const choices = Object.entries(kind ? names[kind] : {}).map(([value, word]) => {
      const { zh, en } = typeof word === "string" ? { zh: word, en: word } : word;
      return { value, zh, en };
    });
    const term = { ...termOf({ id: "", name, field: path }, []), choices };
    const is = (value: unknown) => saying(term, { sign: "is", values: [value as string], text: "" });
    const was = seen === undefined || seen === null || seen === "" ? t("orders.why.nothing") : told(seen, is);
    return t("orders.why.condition", { name: wordOf(term, language), cell: saying(term, read(cell)), seen: was });
  };
}

const told = (seen: unknown, is: (value: unknown) => string): string =>
  typeof seen === "object" ? JSON.stringify(seen) : is(seen);

function Told({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const said = useCondition();
  return (
    <div className="told">
      <p>{decision[language]}</p>
      {decision.parts?.map((each) => (
        <p key={each.zh} className="faint">
          {each[language]}
        </p>
      ))}
      {decision.because?.map((each) => (
        <p key={each.rule}>
          <span className="faint">{t("orders.why.because")} </span>
          {each[language]}{" "}
          <span className="faint">
            {t("orders.why.document", { document: each.document, version: each.version, row: each.row })}
          </span>
          {each.conditions?.map((one) => (
            <span key={one.path + one.cell} className="condition">
              {said(one)}
            </span>
          ))}
        </p>
      ))}
      {(decision.others?.length ?? 0) > 0 && (
        <details>
          <summary>{t("orders.why.others", { count: decision.others?.length })}</summary>
          <ul>
            {decision.others?.map((each) => (
              <li key={each.what + each.zh}>
                <b>{each.what}</b> {each[language]}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
