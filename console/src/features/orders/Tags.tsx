import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import type { Order } from "~/features/orders/read";
import { Badge, type Tone } from "~/ui/Badge";

const GRADES: Record<string, Tone> = { urgent: "bad", vip: "gold", oem: "gold" };

/** The words for a grade: ours for the usual ones, else the grade itself. */
export function useGrade(): (grade: string) => string {
  const { t, i18n } = useTranslation();
  return (grade) => (i18n.exists(`orders.grade.${grade}`) ? t(`orders.grade.${grade}`) : grade);
}

/** The grade, where it is not the ordinary one. */
export function Grade({ grade }: { grade: string }) {
  const worded = useGrade();
  if (grade === "ordinary" || !grade) return <span className="faint">{worded(grade || "ordinary")}</span>;
  return <Badge tone={GRADES[grade] ?? "way"}>{worded(grade)}</Badge>;
}

type Held = Pick<NonNullable<Order["holds"]>[number], "code" | "reason">;

/** Why an order waits: the first reason, and how many more; all of them on hover. */
export function Holds({ holds }: { holds: Held[] }) {
  const { language } = useLanguage();
  const named = useNamed();
  const [first, ...others] = holds;
  if (!first) return null;
  const all = holds.map((each) => each.reason?.[language] || named("holds", each.code));
  return (
    <span className="holds" title={all.join("；")}>
      <Badge tone="warn">{first.reason?.[language] || named("holds", first.code)}</Badge>
      {others.length > 0 && <span className="faint">{`+${others.length}`}</span>}
    </span>
  );
}
