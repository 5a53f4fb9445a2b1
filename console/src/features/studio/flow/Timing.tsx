import { Input, InputNumber, Segmented, Select } from "antd";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { Condition } from "~/features/studio/flow/Condition";
import type { Step } from "~/features/studio/flow/model";
import { DocumentPick, Duration, EventPick, PanelContext, Row, TextPick } from "~/features/studio/flow/parts";

type Props = { step: Step; put: (part: Partial<Step>) => void };
const NOTHING = { event: undefined, at: undefined, every_minutes: undefined, form: undefined, alert: undefined };

/** What starts a run. */
export function Trigger({ step, of, put }: Props & { of: string }) {
  const { t } = useTranslation();
  const { locked, components } = useContext(PanelContext);
  const on = String(step.on ?? "event");
  const ways =
    of === "workspace"
      ? ["event", "schedule", "threshold", "manual"]
      : ["event", "threshold", "schedule", "form", "manual"];
  const turn = (next: string) =>
    put({
      ...NOTHING,
      on: next,
      ...(next === "event" ? { event: components?.starts[0]?.name ?? "" } : {}),
      ...(next === "schedule" ? { at: "09:00" } : {}),
    });
  const filtered = !(on === "threshold" && of === "workspace");
  return (
    <>
      <Row label={t("flows.field.on")} at="/on">
        <Select
          disabled={locked}
          aria-label={t("flows.field.on")}
          value={on}
          onChange={turn}
          options={ways.map((value) => ({ value, label: t(`flows.on.${value}`) }))}
        />
      </Row>
      {on === "event" && (
        <Row label={t("flows.field.event")} at="/event">
          <EventPick label={t("flows.field.event")} value={step.event} write={(event) => put({ event })} />
        </Row>
      )}
      {on === "schedule" && <Schedule step={step} put={put} />}
      {on === "form" && (
        <Row label={t("flows.field.form")} at="/form" hint={t("flows.form_hint")}>
          <DocumentPick
            kind="form"
            label={t("flows.field.form")}
            value={step.form}
            write={(form) => put({ form: form || undefined })}
          />
        </Row>
      )}
      {on === "threshold" && of === "workspace" && (
        <Row label={t("flows.field.alert")} at="/alert">
          <DocumentPick
            kind="alert"
            label={t("flows.field.alert")}
            value={step.alert}
            write={(alert) => put({ alert })}
          />
        </Row>
      )}
      {filtered && (
        <Row
          label={t(on === "threshold" ? "flows.field.threshold" : "flows.field.only")}
          at="/filter"
          hint={t(on === "threshold" ? "flows.threshold_hint" : "flows.only_hint")}
        >
          <Condition
            key={step.id}
            label={t("flows.field.only")}
            value={String(step.filter ?? "")}
            write={(filter) => put({ filter: filter || undefined })}
          />
        </Row>
      )}
    </>
  );
}

function Schedule({ step, put }: Props) {
  const { t } = useTranslation();
  const { locked } = useContext(PanelContext);
  const daily = step.every_minutes === undefined;
  return (
    <Row label={t("flows.field.schedule")} at="/at">
      <Segmented
        block
        disabled={locked}
        value={daily ? "daily" : "often"}
        onChange={(how) =>
          put(how === "daily" ? { at: "09:00", every_minutes: undefined } : { at: undefined, every_minutes: 60 })
        }
        options={[
          { value: "daily", label: t("flows.daily") },
          { value: "often", label: t("flows.often") },
        ]}
      />
      {daily ? (
        <Input
          type="time"
          disabled={locked}
          aria-label={t("flows.daily")}
          value={String(step.at ?? "")}
          onChange={(event) => put({ at: event.target.value })}
        />
      ) : (
        <InputNumber
          min={1}
          disabled={locked}
          aria-label={t("flows.often")}
          suffix={t("flows.unit.1")}
          value={Number(step.every_minutes)}
          onChange={(next) => put({ every_minutes: Number(next ?? 1) })}
        />
      )}
    </Row>
  );
}

/** What a node waits for: a while, a time, something that happens. */
export function Wait({ step, put }: Props) {
  const { t } = useTranslation();
  const { locked, components } = useContext(PanelContext);
  const how = step.event !== undefined ? "event" : step.until !== undefined ? "until" : "minutes";
  const turn = (next: string) =>
    put({
      minutes: next === "minutes" ? 30 : undefined,
      until: next === "until" ? "18:00" : undefined,
      event: next === "event" ? (components?.waits[0]?.name ?? "") : undefined,
      filter: undefined,
      timeout_minutes: undefined,
    });
  const ways = ["minutes", "until", ...(components && components.waits.length === 0 ? [] : ["event"])];
  return (
    <>
      <Row label={t("flows.field.wait")} at="/minutes">
        <Segmented
          block
          disabled={locked}
          value={how}
          onChange={turn}
          options={ways.map((value) => ({ value, label: t(`flows.wait.${value}`) }))}
        />
      </Row>
      {how === "minutes" && (
        <Row label={t("flows.field.minutes")}>
          <Duration label={t("flows.field.minutes")} value={step.minutes} write={(minutes) => put({ minutes })} />
        </Row>
      )}
      {how === "until" && (
        <Row label={t("flows.field.until")} at="/until" hint={t("flows.until_hint")}>
          <TextPick label={t("flows.field.until")} value={step.until} write={(until) => put({ until })} />
        </Row>
      )}
      {how === "event" && (
        <>
          <Row label={t("flows.field.event")} at="/event">
            <EventPick waiting label={t("flows.field.event")} value={step.event} write={(event) => put({ event })} />
          </Row>
          <Row label={t("flows.field.only")} at="/filter">
            <Condition
              key={step.id}
              label={t("flows.field.only")}
              value={String(step.filter ?? "")}
              write={(filter) => put({ filter: filter || undefined })}
            />
          </Row>
          <Row label={t("flows.field.timeout")} at="/timeout_minutes" hint={t("flows.timeout_hint")}>
            <Duration
              label={t("flows.field.timeout")}
              value={step.timeout_minutes ?? 0}
              write={(minutes) => put({ timeout_minutes: minutes || undefined })}
            />
          </Row>
        </>
      )}
    </>
  );
}
