import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Words } from "~/features/studio/flow/model";
import { useDocuments } from "~/features/studio/flow/read";
import type { Content } from "~/features/studio/read";

type Props = { content: Content; locked: boolean; write: (content: Content) => void };
const SUBJECTS = new Set(["order", "line", "customer", "sku", "shipment"]);

/** What the flow is called, what it is for, and what each run of it is about. */
export function About({ content, locked, write }: Props) {
  const { t } = useTranslation();
  const records = useDocuments("fields").filter((each) => !SUBJECTS.has(each.value));
  const title = (content.title ?? { zh: "", en: "" }) as Words;
  const about = (content.about ?? { zh: "", en: "" }) as Words;
  const told = (part: Partial<Words>) => {
    const next = { ...about, ...part };
    write({ ...content, about: next.zh || next.en ? next : undefined });
  };
  const box = (label: string, value: string, put: (value: string) => void, name: string) => (
    <div className={`form-field flow-${name}`}>
      <span className="form-label">{label}</span>
      <Input aria-label={label} disabled={locked} value={value} onChange={(event) => put(event.target.value)} />
    </div>
  );
  return (
    <div className="flow-about">
      {box(t("flows.name_zh"), title.zh, (zh) => write({ ...content, title: { ...title, zh } }), "title")}
      {box(t("flows.name_en"), title.en, (en) => write({ ...content, title: { ...title, en } }), "title")}
      <div className="form-field flow-of">
        <span className="form-label">{t("flows.of")}</span>
        <Select
          disabled={locked}
          aria-label={t("flows.of")}
          value={String(content.of ?? "order")}
          onChange={(of) => write({ ...content, of: of === "order" ? undefined : of })}
          options={[
            { value: "order", label: t("flows.of.order") },
            { value: "workspace", label: t("flows.of.workspace") },
            ...records,
          ]}
        />
      </div>
      <details className="flow-more">
        <summary>{t("flows.about")}</summary>
        <div className="flow-two">
          {box(t("flows.about_zh"), about.zh, (zh) => told({ zh }), "for")}
          {box(t("flows.about_en"), about.en, (en) => told({ en }), "for")}
        </div>
      </details>
    </div>
  );
}
