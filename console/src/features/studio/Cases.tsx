import { Button, Empty } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { SchemaForm } from "~/features/studio/form/SchemaForm";
import { inferred } from "~/features/studio/form/schema";
import type { Content, Finding, Kind } from "~/features/studio/read";
import { RuleCases } from "~/features/studio/rules/RuleCases";

type Props = {
  kind: Kind;
  content: Content;
  cases: Content[];
  findings: Finding[];
  checked: boolean;
  locked: boolean;
  run: () => void;
  running: boolean;
  write: (cases: Content[]) => void;
};

/** The examples of a document, and whether they come out. */
export function Cases(props: Props) {
  const { t } = useTranslation();
  const { kind, cases, findings, locked, write } = props;
  const schema = useMemo(() => {
    const items = inferred([...kind.cases, ...cases]).items;
    return { type: "object", properties: { cases: { type: "array", items } } };
  }, [kind.cases, cases]);
  // Cases are run once the shape of all that is checked is right.
  const unread = findings.some((each) => each.level === "error" && !/case/.test(each.code));
  if (!kind.has_cases) return <Empty description={t("studio.cases.without")} />;
  return (
    <div className="cases">
      {!locked && (
        <Button type="primary" loading={props.running} onClick={props.run}>
          {t("studio.cases.run")}
        </Button>
      )}
      {kind.name === "rules" ? (
        <RuleCases {...props} checked={props.checked && !unread} />
      ) : (
        <SchemaForm
          schema={schema}
          value={{ cases }}
          findings={findings}
          locked={locked}
          write={(next) => write((next.cases as Content[]) ?? [])}
        />
      )}
    </div>
  );
}
