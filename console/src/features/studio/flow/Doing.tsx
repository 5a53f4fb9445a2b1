import { Input, Segmented, Select } from "antd";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Step, Words } from "~/features/studio/flow/model";
import { DocumentPick, MessengerPick, PanelContext, Row, TextPick, usePaths } from "~/features/studio/flow/parts";
import { Anything } from "~/features/studio/form/parts";
import { type Pair, Pairs } from "~/features/studio/rules/Pairs";

type Props = { step: Step; put: (part: Partial<Step>) => void };
type Bag = Record<string, unknown>;

const pairsOf = (value: unknown): Pair[] => Object.entries((value ?? {}) as Bag);
const BAGS = new Set(["changed", "custom", "values"]);
const DOCUMENTS: Record<string, string> = { flow: "flow", type: "fields" };
const LISTS = new Set(["tags", "blocks"]);

/** A command of the hub with its values. */
export function Action({ step, put }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const { components, locked } = useContext(PanelContext);
  const verb = components?.verbs.find((each) => each.name === step.do);
  const values = (step.values ?? {}) as Bag;
  const set = (name: string, next: unknown) => {
    const { [name]: _gone, ...rest } = values;
    const none = next === "" || next === undefined || next === null || (Array.isArray(next) && next.length === 0);
    put({ values: none ? rest : { ...values, [name]: next } });
  };
  const house = verb && /^record\.(create)/.test(verb.name);
  return (
    <>
      <Row label={t("flows.field.do")} at="/do">
        <Select
          showSearch={{ optionFilterProp: "label" }}
          disabled={locked}
          aria-label={t("flows.field.do")}
          value={String(step.do ?? "")}
          options={(components?.verbs ?? []).map((each) => ({ value: each.name, label: each[language] }))}
          onChange={(next) => put({ do: next, values: {}, into: undefined })}
        />
      </Row>
      {[...(verb?.needs ?? []), ...(verb?.may ?? [])].map((name) => (
        <Row
          key={name}
          label={`${t(`flows.value.${name}`)}${verb?.needs.includes(name) ? " *" : ""}`}
          at={`/values/${name}`}
        >
          <Value name={name} value={values[name]} write={(next) => set(name, next)} />
        </Row>
      ))}
      {house && (
        <Row label={t("flows.field.into")} at="/into">
          <Input
            aria-label={t("flows.field.into")}
            disabled={locked}
            value={String(step.into ?? "")}
            onChange={(event) => put({ into: event.target.value || undefined })}
          />
        </Row>
      )}
    </>
  );
}

function Value({ name, value, write }: { name: string; value: unknown; write: (value: unknown) => void }) {
  const { t } = useTranslation();
  const { locked } = useContext(PanelContext);
  const { options } = usePaths();
  const label = t(`flows.value.${name}`);
  if (BAGS.has(name))
    return (
      <Pairs
        pairs={pairsOf(value)}
        paths={options.map((each) => each.value)}
        locked={locked}
        write={(pairs) => write(Object.fromEntries(pairs))}
      />
    );
  if (LISTS.has(name))
    return (
      <Select
        mode="tags"
        disabled={locked}
        aria-label={label}
        value={Array.isArray(value) ? value.map(String) : value ? [String(value)] : []}
        tokenSeparators={[",", "，", "、"]}
        open={false}
        suffixIcon={null}
        onChange={write}
      />
    );
  if (name in DOCUMENTS) return <DocumentPick kind={DOCUMENTS[name] ?? ""} label={label} value={value} write={write} />;
  if (/^reason/.test(name) && !String(value ?? "").startsWith("="))
    return (
      <Input
        aria-label={label}
        disabled={locked}
        value={String(value ?? "")}
        onChange={(event) => write(event.target.value)}
      />
    );
  const counted = /_hours$|^hours$|^minutes$|^line_no$|^priority$|^amount$/.test(name);
  return (
    <TextPick
      roles={name === "owner"}
      label={label}
      value={value}
      write={(next) => write(counted && /^-?\d+(\.\d+)?$/.test(next) ? Number(next) : next)}
    />
  );
}

/** Words to people, written here or taken from a template. */
export function Message({ step, put }: Props) {
  const { t } = useTranslation();
  const { locked } = useContext(PanelContext);
  const how = step.text === undefined ? "template" : "text";
  const text = (step.text ?? { zh: "", en: "" }) as Words;
  return (
    <>
      <Row label={t("flows.field.to")} at="/to" hint={t("flows.to_hint")}>
        <TextPick roles label={t("flows.field.to")} value={step.to} write={(to) => put({ to })} />
      </Row>
      <Segmented
        block
        disabled={locked}
        value={how}
        onChange={(next) =>
          put(
            next === "text"
              ? { text: { zh: "", en: "" }, template: undefined, values: undefined }
              : { text: undefined, template: "" },
          )
        }
        options={[
          { value: "text", label: t("flows.message.text") },
          { value: "template", label: t("flows.message.template") },
        ]}
      />
      {how === "template" ? (
        <>
          <Row label={t("flows.field.template")} at="/template">
            <DocumentPick
              kind="template"
              label={t("flows.field.template")}
              value={step.template}
              write={(template) => put({ template })}
            />
          </Row>
          <Row label={t("flows.field.fills")} at="/values" hint={t("flows.values_hint")}>
            <Pairs
              pairs={pairsOf(step.values)}
              paths={[]}
              locked={locked}
              write={(pairs) => put({ values: Object.fromEntries(pairs) })}
            />
          </Row>
        </>
      ) : (
        (["zh", "en"] as const).map((each) => (
          <Row
            key={each}
            label={t(`flows.field.text_${each}`)}
            at={`/text/${each}`}
            hint={each === "zh" ? t("flows.text_hint", { place: "{{ order.order_no }}" }) : undefined}
          >
            <Input.TextArea
              aria-label={t(`flows.field.text_${each}`)}
              disabled={locked}
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={text[each]}
              onChange={(event) => put({ text: { ...text, [each]: event.target.value } })}
            />
          </Row>
        ))
      )}
      <details className="flow-more" open={Boolean(step.channel)}>
        <summary>{t("flows.field.channel")}</summary>
        <Row label="" at="/channel" hint={t("flows.channel_hint")}>
          <MessengerPick value={step.channel} write={(channel) => put({ channel })} />
        </Row>
      </details>
    </>
  );
}

/** A call of another system. */
export function Call({ step, put }: Props) {
  const { t } = useTranslation();
  const { locked } = useContext(PanelContext);
  return (
    <>
      <Row label={t("flows.field.url")} at="/url">
        <TextPick label={t("flows.field.url")} value={step.url} write={(url) => put({ url })} />
      </Row>
      <Row label={t("flows.field.method")} at="/method">
        <Select
          disabled={locked}
          aria-label={t("flows.field.method")}
          value={String(step.method ?? "POST")}
          options={["GET", "POST", "PUT", "PATCH", "DELETE"].map((value) => ({ value, label: value }))}
          onChange={(method) => put({ method })}
        />
      </Row>
      <Row label={t("flows.field.headers")} at="/headers">
        <Pairs
          pairs={pairsOf(step.headers)}
          paths={[]}
          locked={locked}
          write={(pairs) => put({ headers: Object.fromEntries(pairs.map(([name, each]) => [name, String(each)])) })}
        />
      </Row>
      <Row label={t("flows.field.body")} at="/body" hint={t("flows.values_hint")}>
        <Anything name={t("flows.field.body")} value={step.body} locked={locked} write={(body) => put({ body })} />
      </Row>
      <Row
        label={t("flows.field.into")}
        at="/into"
        hint={t("flows.into_hint", { name: String(step.into ?? "answer") })}
      >
        <Input
          aria-label={t("flows.field.into")}
          disabled={locked}
          value={String(step.into ?? "answer")}
          onChange={(event) => put({ into: event.target.value || undefined })}
        />
      </Row>
    </>
  );
}
