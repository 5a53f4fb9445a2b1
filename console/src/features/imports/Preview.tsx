import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Previewed } from "~/features/imports/read";
import { Badge, type Tone } from "~/ui/Badge";
import { Facts } from "~/ui/detail/DetailPage";
import { useFieldWord } from "~/ui/fields";
import { When } from "~/ui/Words";

const TONES: Record<string, Tone> = {
  order: "good",
  credit_note: "way",
  cancel: "plain",
  quarantine: "warn",
};

/** What a file would do: how it is read, its first orders as they would stand, and what is wrong in which row. */
export function Preview({ shown }: { shown: Previewed }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const named = useFieldWord();
  return (
    <div className="preview">
      {shown.known_file && <Alert type="info" showIcon title={t("imports.known")} />}
      <Facts
        facts={[
          [
            "imports.fact.read",
            [shown.kind === "text" ? "CSV" : shown.kind.toUpperCase(), shown.encoding?.toUpperCase(), shown.sheet]
              .filter(Boolean)
              .join(" · "),
          ],
          [
            "imports.fact.mapping",
            shown.mapping_from === "shipped"
              ? t("imports.mapping_shipped")
              : t("imports.mapping_by", { name: shown.mapping, from: t(`imports.from.${shown.mapping_from}`) }),
          ],
          ["imports.fact.rows", shown.rows_total],
        ]}
      />
      <p>
        {Object.entries(shown.intents).map(([intent, count]) => (
          <Badge key={intent} tone={TONES[intent]}>
            {t(`imports.intent.${intent}`, { count })}
          </Badge>
        ))}
      </p>
      {shown.problems.length > 0 && (
        <>
          <h3>{t("imports.part.problems")}</h3>
          <ul className="preview-problems">
            {shown.problems.map((each) => (
              <li key={`${each.external_no} ${each.rows.join()}`}>
                <b>{each.external_no || t("imports.no_number")}</b>{" "}
                <span className="faint">
                  {t("imports.in_rows", { count: each.rows.length, rows: each.rows.slice(0, 5).join(", ") })}
                </span>
                {each.errors.length === 0 && <div className="late">{each.told[language]}</div>}
                {each.errors.map((wrong) => (
                  <div key={`${wrong.row} ${wrong.field}`}>
                    {t("imports.at_row", { row: wrong.row })} <b>{named(wrong.field)}</b>{" "}
                    <span className="late">{wrong.told[language]}</span>
                  </div>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
      {shown.drafts.length > 0 && <Drafts shown={shown} />}
    </div>
  );
}

function Drafts({ shown }: { shown: Previewed }) {
  const { t } = useTranslation();
  return (
    <>
      <h3>{t("imports.part.drafts")}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys. */}
      <section className="cells" tabIndex={0} aria-label={t("imports.part.drafts")}>
        <table>
          <thead>
            <tr>
              {["number", "customer", "consignee", "place", "goods", "placed"].map((each) => (
                <th key={each} scope="col">
                  {t(`imports.draft.${each}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.drafts.map((each) => (
              <tr key={each.external_no}>
                <td>{each.external_no}</td>
                <td>{each.customer_no}</td>
                <td>{[each.consignee?.name, each.consignee?.phone].filter(Boolean).join(" ")}</td>
                <td>{[each.consignee?.city, each.consignee?.district].filter(Boolean).join(" ")}</td>
                <td>
                  {(each.lines ?? [])
                    .slice(0, 3)
                    .map((line) => `${line.sku} × ${Number(line.quantity)}`)
                    .join(t("imports.and"))}
                  {(each.lines ?? []).length > 3 && "…"}
                </td>
                <td>
                  <When at={each.placed_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
