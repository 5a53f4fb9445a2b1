import { Empty } from "antd";
import { useTranslation } from "react-i18next";
import type { Content, Difference } from "~/features/studio/read";
import { useRuleWords } from "~/features/studio/rules/said";
import { Badge } from "~/ui/Badge";

const TONES: Record<string, "good" | "bad" | "way" | "plain"> = { added: "good", removed: "bad", changed: "way" };
const CHARS_MAX = 160;

function said(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value === "string") return value.length > CHARS_MAX ? `${value.slice(0, CHARS_MAX)}…` : value;
  if (typeof value !== "object") return String(value);
  const text = Array.isArray(value)
    ? value.map(said).join("，")
    : Object.entries(value)
        .filter(([, each]) => each !== "" && each !== null)
        .map(([name, each]) => `${name}: ${said(each)}`)
        .join("；");
  return text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX)}…` : text;
}

/** Places that differ: what stood there, what stands there now. */
export function Places({ places, content }: { places: Difference[]; content?: Content }) {
  const { t, i18n } = useTranslation();
  const rules = useRuleWords(content);
  if (places.length === 0) return <Empty description={t("studio.diff.same")} />;
  const where = (path: string) =>
    rules.where(path) ??
    path
      .split("/")
      .slice(1)
      .map((each) => {
        if (/^\d+$/.test(each)) return String(Number(each) + 1);
        return i18n.exists(`studio.field.${each}`) ? t(`studio.field.${each}`) : each;
      })
      .join(" › ");
  return (
    <table className="places">
      <thead>
        <tr>
          <th scope="col">{t("studio.diff.where")}</th>
          <th scope="col">{t("studio.diff.before")}</th>
          <th scope="col">{t("studio.diff.after")}</th>
        </tr>
      </thead>
      <tbody>
        {places.map((each) => (
          <tr key={each.path + each.change}>
            <td>
              <Badge tone={TONES[each.change] ?? "plain"}>{t(`studio.change.${each.change}`)}</Badge> {where(each.path)}
            </td>
            <td>
              {each.before !== undefined && each.before !== null && (
                <del>{rules.value(each.path, each.before) ?? said(each.before)}</del>
              )}
            </td>
            <td>
              {each.after !== undefined && each.after !== null && (
                <ins>{rules.value(each.path, each.after) ?? said(each.after)}</ins>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
