import { Button, Checkbox, Input, Segmented, Select } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Drawn } from "~/features/studio/drawn";
import { Wrong } from "~/features/studio/form/parts";
import { Preview } from "~/features/studio/templates/Preview";
import { placesOf, VARIABLES } from "~/features/studio/templates/variables";
import { Part } from "~/ui/detail/DetailPage";

type Both = { zh?: string; en?: string };
const FORMS = ["title", "text", "markdown"] as const;
type Form = (typeof FORMS)[number];

/** A message: what it says in both languages, with variables put in by choosing, beside what people would read. */
export default function TemplateEditor({ content, cases, findings, locked, write }: Drawn) {
  const { t, i18n } = useTranslation();
  const set = (part: Record<string, unknown>) => write({ ...content, ...part });
  const boxes = useRef<Record<string, TextAreaRef | null>>({});
  const last = useRef("text/zh");
  const variables = useMemo(() => {
    const own = placesOf(content, cases).filter((each) => !VARIABLES.includes(each));
    return [...VARIABLES, ...own];
  }, [content, cases]);
  const put = (variable: string) => {
    const [form, language] = last.current.split("/") as [Form, "zh" | "en"];
    const both = (content[form] ?? {}) as Both;
    const text = both[language] ?? "";
    const box = boxes.current[last.current]?.resizableTextArea?.textArea;
    const at = box?.selectionStart ?? text.length;
    const place = `{{ ${variable} }}`;
    const next = text.slice(0, at) + place + text.slice(box?.selectionEnd ?? at);
    set({ [form]: { ...both, [language]: next } });
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(at + place.length, at + place.length);
    });
  };
  const labelOf = (name: string) => (i18n.exists(`studio.var.${name}`) ? t(`studio.var.${name}`) : name);
  const shown = FORMS.filter((each) => each !== "markdown" || content.markdown);
  return (
    <div className="template">
      <Part
        title="studio.template.words"
        end={
          !locked && (
            <Select
              showSearch
              value={null}
              style={{ width: 220 }}
              aria-label={t("studio.template.insert")}
              placeholder={t("studio.template.insert")}
              optionFilterProp="label"
              options={variables.map((value) => ({ value, label: labelOf(value) }))}
              onChange={(next: string | null) => next && put(next)}
            />
          )
        }
      >
        {shown.map((form) => (
          <div key={form} className="template-form">
            <span className="form-label">{t(`studio.template.${form}`)}</span>
            {(["zh", "en"] as const).map((language) => {
              const both = (content[form] ?? {}) as Both;
              const key = `${form}/${language}`;
              return (
                <div key={language} data-path={`/${key}`}>
                  <Input.TextArea
                    ref={(box) => {
                      boxes.current[key] = box;
                    }}
                    disabled={locked}
                    aria-label={`${t(`studio.template.${form}`)} ${t(`studio.field.${language}`)}`}
                    placeholder={t(`studio.field.${language}`)}
                    autoSize={{ minRows: form === "title" ? 1 : 3, maxRows: 14 }}
                    value={both[language] ?? ""}
                    onFocus={() => {
                      last.current = key;
                    }}
                    onChange={(event) => set({ [form]: { ...both, [language]: event.target.value } })}
                  />
                  <Wrong wrong={findings.filter((each) => each.path === `/${key}`)} />
                </div>
              );
            })}
          </div>
        ))}
        {!locked && !content.markdown && (
          <Button type="link" onClick={() => set({ markdown: { ...(content.text as Both) } })}>
            {t("studio.template.add_markdown")}
          </Button>
        )}
      </Part>
      <Part title="studio.template.how">
        <div className="form-properties">
          <div className="form-field">
            <span className="form-label">{t("studio.template.level")}</span>
            <Segmented
              disabled={locked}
              aria-label={t("studio.template.level")}
              value={(content.level as string) ?? "info"}
              options={["info", "warning", "urgent"].map((value) => ({ value, label: t(`studio.loud.${value}`) }))}
              onChange={(next) => set({ level: next })}
            />
          </div>
          <div className="form-field">
            <span className="form-label">{t("studio.template.clear")}</span>
            <Checkbox.Group
              disabled={locked}
              value={(content.clear as string[]) ?? []}
              options={["name", "phone", "street"].map((value) => ({ value, label: t(`studio.person.${value}`) }))}
              onChange={(next) => set({ clear: next })}
            />
          </div>
        </div>
      </Part>
      {!locked && <Preview content={content} cases={cases} />}
    </div>
  );
}
