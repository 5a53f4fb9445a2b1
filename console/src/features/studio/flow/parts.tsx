import { AutoComplete, Input, InputNumber, Select } from "antd";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { within } from "~/features/studio/findings";
import { usePathWord } from "~/features/studio/flow/paths";
import { type Components, useDocuments, useMessengers, useRoles } from "~/features/studio/flow/read";
import type { Finding } from "~/features/studio/read";

type House = { components?: Components; findings: Finding[]; locked: boolean; path: string };

/** What the fields of a node's properties share: what there is to choose from, and what is wrong. */
export const PanelContext = createContext<House>({ findings: [], locked: false, path: "" });

/** A property with its name; what is wrong with it stands below it. */
export function Row({
  label,
  at = "",
  hint,
  children,
}: {
  label: string;
  at?: string;
  hint?: string;
  children: ReactNode;
}) {
  const { findings, path } = useContext(PanelContext);
  const { i18n } = useTranslation();
  const place = `${path}${at}`;
  const wrong = at ? within(findings, place) : [];
  return (
    <div className="form-field" data-path={at ? place : undefined}>
      <span className="form-label">{label}</span>
      {children}
      {hint && <span className="faint flow-hint">{hint}</span>}
      {wrong.map((each) => (
        <div key={each.code + each.path} className={`form-wrong form-${each.level}`}>
          {i18n.language === "en" ? each.en : each.zh}
        </div>
      ))}
    </div>
  );
}

/** What expressions may read, with what people call it. */
export function usePaths() {
  const { components } = useContext(PanelContext);
  const wordOf = usePathWord(components);
  return useMemo(() => {
    const labelOf = (name: string) => {
      const said = wordOf(name);
      return said ? `${said} ${name}` : name;
    };
    const options = (components?.paths ?? [])
      .filter((each) => !each.name.includes("[]"))
      .map((each) => ({ value: each.name, label: labelOf(each.name) }));
    return { options, labelOf };
  }, [components, wordOf]);
}

type Picked = { label: string; value: unknown; write: (value: string) => void };

/** An event that starts a flow, or that it waits for. */
export function EventPick({ label, value, write, waiting }: Picked & { waiting?: boolean }) {
  const { components, locked } = useContext(PanelContext);
  const { language } = useLanguage();
  const named = useNamed();
  const words = (waiting ? components?.waits : components?.starts) ?? [];
  const options = words.map((each) => ({ value: each.name, label: `${each[language]} · ${each.name}` }));
  const told = String(value ?? "");
  if (told && !words.some((each) => each.name === told)) options.push({ value: told, label: named("events", told) });
  return (
    <Select
      showSearch={{ optionFilterProp: "label" }}
      disabled={locked}
      aria-label={label}
      value={told || undefined}
      options={options}
      onChange={write}
    />
  );
}

/** A document in force: a rule, a template, another flow. */
export function DocumentPick({ label, value, write, kind }: Picked & { kind: string }) {
  const { locked } = useContext(PanelContext);
  const { t } = useTranslation();
  const options = useDocuments(kind);
  return (
    <Select
      showSearch={{ optionFilterProp: "label" }}
      allowClear
      disabled={locked}
      aria-label={label}
      placeholder={t("flows.choose")}
      value={value ? String(value) : undefined}
      options={options}
      onChange={(next) => write(next ?? "")}
    />
  );
}

const INBOX = "inbox";
const KINDS = new Set(["dingtalk", "wecom", "feishu", "email"]);

/** A robot or mailbox that is set up, to carry a message beside the inbox. */
export function MessengerPick({ value, write }: { value: unknown; write: (v: string | undefined) => void }) {
  const { locked } = useContext(PanelContext);
  const { t } = useTranslation();
  const found = useMessengers();
  const chosen = String(value ?? INBOX);
  const options = [
    { value: INBOX, label: t("flows.messenger.inbox") },
    ...found.map(({ name, kind }) => ({
      value: name,
      label: KINDS.has(kind) ? `${t(`flows.messenger.${kind}`)} · ${name}` : name,
    })),
  ];
  if (!options.some((each) => each.value === chosen))
    options.push({ value: chosen, label: t("flows.messenger.missing", { name: chosen }) });
  return (
    <Select
      disabled={locked}
      aria-label={t("flows.field.channel")}
      value={chosen}
      options={options}
      onChange={(next) => write(next === INBOX ? undefined : next)}
    />
  );
}

/** People by their roles; others may be typed. */
export function RolesPick({ label, value, write }: { label: string; value: unknown; write: (v: string[]) => void }) {
  const { locked } = useContext(PanelContext);
  const { t } = useTranslation();
  const options = useRoles();
  return (
    <Select
      mode="tags"
      disabled={locked}
      aria-label={label}
      placeholder={t("flows.choose_roles")}
      value={Array.isArray(value) ? value.map(String) : []}
      options={options}
      tokenSeparators={[",", "，", "、"]}
      onChange={write}
    />
  );
}

/** A text, or with `=` before it an expression; what it may be is proposed. */
export function TextPick({ label, value, write, roles }: Picked & { roles?: boolean }) {
  const { locked } = useContext(PanelContext);
  const { options } = usePaths();
  const people = useRoles();
  const told = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const read = options.map((each) => ({ value: `=${each.value}`, label: `= ${each.label}` }));
  return (
    <AutoComplete
      disabled={locked}
      aria-label={label}
      value={told}
      options={roles ? [...read.filter((each) => each.value.endsWith(".owner")), ...people] : read}
      showSearch={{
        filterOption: (typed, option) =>
          (roles ? typed === "" : typed.startsWith("=")) || (roles ?? false)
            ? `${option?.value} ${option?.label}`.toLowerCase().includes(typed.toLowerCase())
            : false,
      }}
      onChange={(next) => write(next ?? "")}
    />
  );
}

const UNITS = [1, 60, 1440] as const;

/** A length of time in the largest unit that fits; what is worked out for each order is typed as an expression. */
export function Duration({ label, value, write }: { label: string; value: unknown; write: (v: number) => void }) {
  const { locked } = useContext(PanelContext);
  const { t } = useTranslation();
  const minutes = typeof value === "number" ? value : 0;
  const unit = [...UNITS].reverse().find((each) => minutes > 0 && minutes % each === 0) ?? 1;
  if (typeof value === "string") return <Input aria-label={label} disabled value={value} />;
  return (
    <div className="flow-duration">
      <InputNumber
        min={0}
        disabled={locked}
        aria-label={label}
        value={minutes / unit}
        onChange={(next) => write(Number(next ?? 0) * unit)}
      />
      <Select
        disabled={locked}
        aria-label={`${label} ${t("flows.unit")}`}
        value={unit}
        options={UNITS.map((each) => ({ value: each, label: t(`flows.unit.${each}`) }))}
        onChange={(next: number) => write((minutes / unit) * next)}
      />
    </div>
  );
}
