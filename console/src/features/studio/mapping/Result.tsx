import { Empty } from "antd";
import { useTranslation } from "react-i18next";
import type { Trial, Tried } from "~/features/studio/mapping/trial";
import { useTargetName } from "~/features/studio/mapping/words";
import { Trouble } from "~/ui/Trouble";

type Said = { zh: string; en: string };
type Draft = Tried["made"][number];
const LINE = ["sku", "name", "quantity", "unit", "price", "amount", "discount"] as const;
const NEVER = new Set(["lines", "intent", "rows", "freight_rows"]);

/** The order as it would come in, or what keeps it out. */
export function Result({ trial, given }: { trial: Trial; given: boolean }) {
  const { t, i18n } = useTranslation();
  const nameOf = useTargetName();
  if (!given) return null;
  const made = trial.data?.made ?? [];
  const wrong = trial.data?.errors ?? [];
  const said = (one: Said) => (i18n.language === "en" ? one.en : one.zh);
  return (
    <section className="part mapping-result" aria-label={t("mapping.result")} data-testid="result">
      <header>
        <h2>{t("mapping.result")}</h2>
      </header>
      {trial.error && <Trouble error={trial.error} />}
      {trial.data?.refused && <p className="late">{said(trial.data.refused)}</p>}
      {wrong.map((each) => (
        <div key={`${each.field} ${each.row} ${each.told.code}`} className="form-wrong form-error">
          <b>{nameOf(each.field.replace(/^lines\./, ""))}</b> {each.row !== null && each.row + 1} {said(each.told)}
        </div>
      ))}
      {!trial.error && made.length === 0 && !trial.data?.refused && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("mapping.result.none")} />
      )}
      {made.map((draft) => (
        <One key={draft.external_no} draft={draft} />
      ))}
    </section>
  );
}

function One({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const nameOf = useTargetName();
  const flat = flattened(draft as unknown as Record<string, unknown>, "");
  const lines = (draft.lines ?? []) as Record<string, unknown>[];
  const shown = LINE.filter((name) => lines.some((line) => line[name] !== undefined && line[name] !== ""));
  return (
    <>
      <dl className="mapping-made">
        {flat.map(([name, value]) => (
          <div key={name}>
            <dt>{nameOf(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys.
        <div className="mapping-lines" tabIndex={0}>
          <table className="places">
            <thead>
              <tr>
                {shown.map((name) => (
                  <th key={name} scope="col">
                    {nameOf(name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map((line, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines are their places.
                <tr key={at}>
                  {shown.map((name) => (
                    <td key={name}>{String(line[name] ?? "")}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {draft.intent && draft.intent !== "order" && <p className="faint">{t(`mapping.intent.${draft.intent}`)}</p>}
    </>
  );
}

function flattened(value: Record<string, unknown>, under: string): [string, string][] {
  return Object.entries(value).flatMap(([name, each]): [string, string][] => {
    if (NEVER.has(name) || each === null || each === "" || each === undefined) return [];
    if (Array.isArray(each)) return each.length > 0 ? [[under + name, each.join(", ")]] : [];
    if (typeof each === "object") return flattened(each as Record<string, unknown>, `${under}${name}.`);
    return [[under + name, String(each)]];
  });
}
