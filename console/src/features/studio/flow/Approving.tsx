import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber, Segmented, Select, Switch } from "antd";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import type { Step } from "~/features/studio/flow/model";
import { Duration, PanelContext, RolesPick, Row } from "~/features/studio/flow/parts";
import { Field } from "~/features/studio/form/Fields";
import { FormContext } from "~/features/studio/form/parts";
import { resolver, type Schema } from "~/features/studio/form/schema";

type Level = {
  roles?: string[];
  persons?: string[];
  rule?: string;
  n?: number;
  steps?: unknown;
  back_to?: number | null;
};
type Deadline = { minutes: number; then?: string; to?: Level };
type Spec = { steps?: Level[]; deadline?: Deadline; delegable?: boolean };
type Props = { step: Step; put: (part: Partial<Step>) => void };

const RULES = ["any", "all", "n_of_m"];
const THENS = ["reject", "approve", "escalate", "remind"];

/** Who must agree: levels one after the other, and the time they have. */
export function Approving({ step, put }: Props) {
  const { t } = useTranslation();
  const { locked } = useContext(PanelContext);
  const spec = (step.spec ?? {}) as Spec;
  const levels = spec.steps ?? [];
  const write = (part: Partial<Spec>) => put({ spec: { ...spec, ...part } });
  const due = spec.deadline;
  return (
    <>
      <Row label={t("flows.field.levels")} at="/spec">
        {levels.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: levels are their places.
          <fieldset key={index} className="flow-branch" aria-label={t("flows.level", { number: index + 1 })}>
            <div className="flow-branch-head">
              <b>{t("flows.level", { number: index + 1 })}</b>
              <div className="grow" />
              {!locked && levels.length > 1 && (
                <Button
                  type="text"
                  danger
                  icon={<DeleteOutlined />}
                  aria-label={t("studio.form.remove")}
                  onClick={() => write({ steps: levels.filter((_, other) => other !== index) })}
                />
              )}
            </div>
            <Seats
              level={each}
              first={index === 0}
              write={(next) => write({ steps: levels.map((one, other) => (other === index ? next : one)) })}
            />
          </fieldset>
        ))}
        {!locked && (
          <Button type="dashed" icon={<PlusOutlined />} onClick={() => write({ steps: [...levels, { roles: [] }] })}>
            {t("flows.level_add")}
          </Button>
        )}
      </Row>
      <Row label={t("flows.field.deadline")} hint={t("flows.deadline_hint")}>
        <Duration
          label={t("flows.field.deadline")}
          value={due?.minutes ?? 0}
          write={(minutes) => write({ deadline: minutes > 0 ? { ...due, minutes } : undefined })}
        />
      </Row>
      {due && (
        <Row label={t("flows.field.then")}>
          <Select
            disabled={locked}
            aria-label={t("flows.field.then")}
            value={due.then ?? "reject"}
            options={THENS.map((value) => ({ value, label: t(`flows.then.${value}`) }))}
            onChange={(then) =>
              write({ deadline: { ...due, then, to: then === "escalate" ? (due.to ?? {}) : undefined } })
            }
          />
          {due.then === "escalate" && (
            <RolesPick
              label={t("flows.then.escalate")}
              value={due.to?.roles}
              write={(roles) => write({ deadline: { ...due, to: { ...due.to, roles } } })}
            />
          )}
        </Row>
      )}
      <div className="flow-switch">
        <Switch
          size="small"
          disabled={locked}
          aria-label={t("flows.field.delegable")}
          checked={spec.delegable !== false}
          onChange={(delegable) => write({ delegable: delegable ? undefined : false })}
        />
        {t("flows.field.delegable")}
      </div>
    </>
  );
}

function Seats({ level, first, write }: { level: Level; first: boolean; write: (level: Level) => void }) {
  const { t } = useTranslation();
  const { locked, components, findings, path } = useContext(PanelContext);
  const schema = components?.schema as Schema | undefined;
  const deep = schema?.$defs?.Step?.properties;
  const house = { resolve: resolver(schema ?? {}), findings, locked };
  return (
    <>
      <RolesPick label={t("flows.field.roles")} value={level.roles} write={(roles) => write({ ...level, roles })} />
      <Select
        mode="tags"
        disabled={locked}
        aria-label={t("flows.field.persons")}
        placeholder={t("flows.choose_persons")}
        value={level.persons ?? []}
        open={false}
        suffixIcon={null}
        onChange={(persons) => write({ ...level, persons: persons.length ? persons : undefined })}
      />
      <Segmented
        block
        size="small"
        disabled={locked}
        value={level.rule ?? "any"}
        onChange={(rule) => write({ ...level, rule, n: rule === "n_of_m" ? (level.n ?? 2) : undefined })}
        options={RULES.map((value) => ({ value, label: t(`flows.rule.${value}`) }))}
      />
      {level.rule === "n_of_m" && (
        <InputNumber
          min={1}
          disabled={locked}
          aria-label={t("flows.field.n")}
          suffix={t("flows.field.n")}
          value={level.n}
          onChange={(n) => write({ ...level, n: Number(n ?? 1) })}
        />
      )}
      {deep && (
        <details className="flow-more">
          <summary>{t("flows.groups_of_people")}</summary>
          <FormContext value={house}>
            {["steps", ...(first ? [] : ["back_to"])].map((name) => (
              <Field
                key={name}
                schema={deep[name] ?? {}}
                value={level[name as keyof Level]}
                path={`${path}/spec/steps/${name}`}
                label={t(`flows.field.${name}`)}
                write={(next) => write({ ...level, [name]: next ?? undefined })}
              />
            ))}
          </FormContext>
        </details>
      )}
    </>
  );
}
