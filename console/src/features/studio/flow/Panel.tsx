import { CopyOutlined, DeleteOutlined } from "@ant-design/icons";
import { Button, Input, Segmented } from "antd";
import { useMemo } from "react";
import { Approving } from "~/features/studio/flow/Approving";
import { Branches } from "~/features/studio/flow/Branches";
import { Action, Call, Message } from "~/features/studio/flow/Doing";
import { KINDS } from "~/features/studio/flow/kinds";
import type { Step, Words } from "~/features/studio/flow/model";
import { DocumentPick, PanelContext, Row } from "~/features/studio/flow/parts";
import type { Components } from "~/features/studio/flow/read";
import type { Saying } from "~/features/studio/flow/saying";
import { Trigger, Wait } from "~/features/studio/flow/Timing";
import { SchemaForm } from "~/features/studio/form/SchemaForm";
import type { Schema } from "~/features/studio/form/schema";
import type { Content, Finding } from "~/features/studio/read";

type Props = {
  step: Step;
  index: number;
  of: string;
  components?: Components;
  findings: Finding[];
  locked: boolean;
  saying: Saying;
  write: (step: Step) => void;
  rename: (name: string) => void;
  copy: () => void;
  remove: () => void;
};
/** Properties that have a field made for them; all others of the node's schema get an ordinary one. */
const SHOWN: Record<string, string[]> = {
  trigger: ["on", "event", "filter", "at", "every_minutes", "form", "alert"],
  condition: ["branches"],
  table: ["rules", "into", "content"],
  join: ["mode"],
  wait: ["minutes", "until", "event", "filter", "timeout_minutes"],
  approval: ["spec"],
  action: ["do", "values", "into"],
  message: ["to", "channel", "template", "text", "values"],
  http: ["url", "method", "headers", "body", "into"],
  flow: ["flow"],
};
const ALWAYS = ["id", "kind", "title", "position"];

/** What the chosen node says: its properties, by the schema of its kind. */
export function Panel(props: Props) {
  const { step, index, components, findings, locked, saying, write } = props;
  const { t, kindOf } = saying;
  const path = `/nodes/${index}`;
  const house = useMemo(() => ({ components, findings, locked, path }), [components, findings, locked, path]);
  const put = (part: Partial<Step>) => write({ ...step, ...part });
  const own = findings.filter((each) => each.path === path);
  const Icon = KINDS[step.kind]?.icon;
  const title = step.title ?? { zh: "", en: "" };
  const named = (part: Partial<Words>) => {
    const next = { ...title, ...part };
    put({ title: next.zh || next.en ? next : undefined });
  };
  return (
    <PanelContext value={house}>
      <section className="flow-panel" aria-label={t("flows.panel_side")} data-testid="flow-panel">
        <header className={`flow-${step.kind}`}>
          <span className="flow-icon">{Icon && <Icon aria-hidden />}</span>
          <h3>{kindOf(step.kind)}</h3>
          <div className="grow" />
          {!locked && (
            <>
              <Button type="text" icon={<CopyOutlined />} aria-label={t("flows.copy")} onClick={props.copy} />
              <Button
                type="text"
                danger
                icon={<DeleteOutlined />}
                aria-label={t("flows.remove")}
                onClick={props.remove}
              />
            </>
          )}
        </header>
        <p className="faint">{t(`flows.does.${step.kind}`)}</p>
        {own.map((each) => (
          <div key={each.code} className={`form-wrong form-${each.level}`}>
            {each[saying.language]}
          </div>
        ))}
        <div className="flow-two">
          <Row label={t("flows.title_zh")}>
            <Input
              aria-label={t("flows.title_zh")}
              disabled={locked}
              value={title.zh}
              placeholder={kindOf(step.kind)}
              onChange={(event) => named({ zh: event.target.value })}
            />
          </Row>
          <Row label={t("flows.title_en")}>
            <Input
              aria-label={t("flows.title_en")}
              disabled={locked}
              value={title.en}
              onChange={(event) => named({ en: event.target.value })}
            />
          </Row>
        </div>
        <Fields {...props} put={put} />
        <Rest {...props} />
        <details className="flow-more">
          <summary>{t("flows.more")}</summary>
          <Row label={t("flows.id")} at="/id" hint={t("flows.id_hint")}>
            <Input
              key={step.id}
              aria-label={t("flows.id")}
              disabled={locked}
              defaultValue={step.id}
              onBlur={(event) => props.rename(event.target.value.trim())}
            />
          </Row>
        </details>
      </section>
    </PanelContext>
  );
}

function Fields({ step, of, saying, locked, put }: Props & { put: (part: Partial<Step>) => void }) {
  const { t } = saying;
  switch (step.kind) {
    case "trigger":
      return <Trigger step={step} of={of} put={put} />;
    case "condition":
      return <Branches step={step} put={put} />;
    case "wait":
      return <Wait step={step} put={put} />;
    case "approval":
      return <Approving step={step} put={put} />;
    case "action":
      return <Action step={step} put={put} />;
    case "message":
      return <Message step={step} put={put} />;
    case "http":
      return <Call step={step} put={put} />;
    case "flow":
      return (
        <Row label={t("flows.field.flow")} at="/flow">
          <DocumentPick kind="flow" label={t("flows.field.flow")} value={step.flow} write={(flow) => put({ flow })} />
        </Row>
      );
    case "table":
      return (
        <>
          <Row label={t("flows.field.rules")} at="/rules">
            {step.content ? (
              <Input disabled aria-label={t("flows.field.rules")} value={t("flows.table_inside")} />
            ) : (
              <DocumentPick
                kind="rules"
                label={t("flows.field.rules")}
                value={step.rules}
                write={(rules) => put({ rules })}
              />
            )}
          </Row>
          <Row label={t("flows.field.into")} at="/into" hint={t("flows.into_hint", { name: String(step.into ?? "") })}>
            <Input
              aria-label={t("flows.field.into")}
              disabled={locked}
              value={String(step.into ?? "")}
              onChange={(event) => put({ into: event.target.value })}
            />
          </Row>
        </>
      );
    case "join":
      return (
        <Row label={t("flows.field.mode")} at="/mode">
          <Segmented
            block
            disabled={locked}
            value={String(step.mode ?? "all")}
            onChange={(mode) => put({ mode })}
            options={["all", "any"].map((value) => ({ value, label: t(`flows.mode.${value}`) }))}
          />
        </Row>
      );
    default:
      return null;
  }
}

/** What the schema of the node's kind has beyond that: ordinary fields. */
function Rest({ step, index, components, findings, locked, write }: Props) {
  const whole = (components?.schema as Schema | undefined)?.$defs;
  const mine = whole?.[components?.kinds[step.kind] ?? ""];
  const known = [...ALWAYS, ...(SHOWN[step.kind] ?? [])];
  const rest = Object.entries(mine?.properties ?? {}).filter(([name]) => !known.includes(name));
  if (!mine || rest.length === 0) return null;
  const schema: Schema = { ...mine, $defs: whole, properties: Object.fromEntries(rest) };
  return (
    <SchemaForm
      schema={schema}
      value={step as Content}
      findings={findings}
      locked={locked}
      write={(next) => write(next as Step)}
      without={known}
      path={`/nodes/${index}`}
    />
  );
}
