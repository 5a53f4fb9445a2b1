import { DeleteOutlined, PlusOutlined, ThunderboltOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Content, Finding } from "~/features/studio/read";
import { CaseValues } from "~/features/studio/rules/CaseValues";
import { type Book, bookOf, type Case, flat, nested, proposals } from "~/features/studio/rules/cases";
import { graphOf, rowsOf, tableOf } from "~/features/studio/rules/graph";
import { Badge } from "~/ui/Badge";
import { Part } from "~/ui/detail/DetailPage";
import { useTerms } from "~/ui/rules/vocabulary";

type Props = {
  content: Content;
  cases: Content[];
  findings: Finding[];
  checked: boolean;
  locked: boolean;
  write: (cases: Content[]) => void;
};

/** What is told of a case that came out otherwise: its name, the rows that did answer, or why none could. */
type Outcome = { row?: string; got?: { rule: string }[]; error?: string };

/** The rows that did answer, to be expected from now on. */
const answered = (failed: Finding) => ((failed.data as Outcome).got ?? []).map(({ rule }) => ({ rule }));

/** The examples of rules, which are their tests: what is set, and which rows are to answer. */
export function RuleCases({ content, cases, findings, checked, locked, write }: Props) {
  const { t, i18n } = useTranslation();
  const book = bookOf(cases);
  const rows = useMemo(() => rowsOf(content), [content]);
  const { reads } = useTerms(String(content.point ?? ""));
  const paths = useMemo(() => {
    const fields = graphOf(content).nodes.flatMap((each) => tableOf(each).inputs.map((one) => one.field ?? ""));
    const plain = [...fields, ...flat(book.base).map(([path]) => path), ...reads.map((each) => each.name)];
    return [...new Set(plain)].filter((each) => /^[\w.]+$/.test(each));
  }, [content, book.base, reads]);
  const put = (next: Partial<Book>) => write([{ ...book, ...next } as unknown as Content]);
  const at = (index: number, next: Case) =>
    put({ cases: book.cases.map((each, other) => (other === index ? next : each)) });
  const missing = proposals(content, book);
  const failing = (one: Case) =>
    findings.find((each) => each.code === "rules.case_failed" && (each.data as Outcome | undefined)?.row === one.name);
  return (
    <>
      <Part
        title="studio.cases.title"
        end={
          !locked && (
            <>
              {missing.length > 0 && (
                <Button icon={<ThunderboltOutlined />} onClick={() => put({ cases: [...book.cases, ...missing] })}>
                  {t("studio.cases.propose", { count: missing.length })}
                </Button>
              )}
              <Button
                icon={<PlusOutlined />}
                onClick={() => put({ cases: [...book.cases, { name: "", set: {}, expect: [] }] })}
              >
                {t("studio.cases.add")}
              </Button>
            </>
          )
        }
      >
        {book.cases.map((each, index) => {
          const failed = failing(each);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: cases are their places.
            <div key={index} className={failed ? "case wrong" : "case"} data-testid="case">
              <div className="case-head">
                <Input
                  aria-label={t("studio.cases.name")}
                  placeholder={t("studio.cases.name")}
                  disabled={locked}
                  value={each.name}
                  onChange={(event) => at(index, { ...each, name: event.target.value })}
                />
                {checked &&
                  (failed ? (
                    <Badge tone="bad">{t("studio.cases.failed")}</Badge>
                  ) : (
                    <Badge tone="good">{t("studio.cases.passed")}</Badge>
                  ))}
                {!locked && (
                  <Button
                    type="text"
                    danger
                    icon={<DeleteOutlined />}
                    aria-label={t("studio.form.remove")}
                    onClick={() => put({ cases: book.cases.filter((_, other) => other !== index) })}
                  />
                )}
              </div>
              <CaseValues
                pairs={Object.entries(each.set ?? {})}
                paths={paths}
                terms={reads}
                locked={locked}
                write={(pairs) => at(index, { ...each, set: Object.fromEntries(pairs) })}
              />
              <div className="case-expect">
                <span className="faint">{t("studio.cases.expect")}</span>
                <Select
                  mode="multiple"
                  disabled={locked}
                  aria-label={t("studio.cases.expect")}
                  placeholder={t("studio.cases.nothing")}
                  value={(each.expect ?? []).map((one) => one.rule ?? "")}
                  options={rows.map(({ value, label }) => ({ value, label }))}
                  onChange={(names: string[]) =>
                    at(index, {
                      ...each,
                      expect: names.map((rule) => each.expect?.find((one) => one.rule === rule) ?? { rule }),
                    })
                  }
                />
              </div>
              {failed && (
                <div className="form-wrong form-error">
                  {i18n.language === "en" ? failed.en : failed.zh}
                  {!locked && !(failed.data as Outcome).error && (
                    <Button size="small" onClick={() => at(index, { ...each, expect: answered(failed) })}>
                      {t("studio.cases.take")}
                    </Button>
                  )}
                </div>
              )}
            </div>
          );
        })}
      </Part>
      <Part title="studio.cases.base">
        <p className="faint">{t("studio.cases.base_text")}</p>
        <CaseValues
          pairs={flat(book.base)}
          paths={paths}
          terms={reads}
          locked={locked}
          write={(pairs) => put({ base: nested(pairs) })}
        />
      </Part>
    </>
  );
}
