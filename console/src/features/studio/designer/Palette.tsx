import { useDraggable } from "@dnd-kit/core";
import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { TYPES, type Type } from "~/features/studio/designer/model";
import { called, type FieldShown } from "~/ui/form/definition";

type Props = {
  fields: Map<string, FieldShown>;
  used: Set<string>;
  locked: boolean;
  addType: (type: Type) => void;
  addField: (name: string) => void;
};

/** What can be put into a form: the fields that the subject has, and types for new ones. Dragged, or put at the end by a click. */
export function Palette({ fields, used, locked, addType, addField }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const [words, setWords] = useState("");
  const found = [...fields].filter(([name, field]) => {
    const text = `${name} ${field.zh ?? ""} ${field.en ?? ""}`.toLowerCase();
    return !used.has(name) && !field.computed && text.includes(words.trim().toLowerCase());
  });
  return (
    <aside className="palette" aria-label={t("designer.palette")}>
      <h3>{t("designer.types")}</h3>
      <div className="palette-types">
        {TYPES.map((each) => (
          <Chip key={each} id={`type:${each}`} locked={locked} add={() => addType(each)}>
            {t(`designer.type.${each}`)}
          </Chip>
        ))}
      </div>
      <h3>{t("designer.fields")}</h3>
      <Input
        size="small"
        allowClear
        aria-label={t("designer.find")}
        placeholder={t("designer.find")}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <div className="palette-fields">
        {found.map(([name, field]) => (
          <Chip key={name} id={`field:${name}`} locked={locked} add={() => addField(name)}>
            {called(field, language) || name}
            <small className="faint">{t(`designer.type.${field.type}`)}</small>
          </Chip>
        ))}
        {found.length === 0 && <p className="faint">{t("designer.fields.none")}</p>}
      </div>
    </aside>
  );
}

function Chip(props: { id: string; locked: boolean; add: () => void; children: React.ReactNode }) {
  const { setNodeRef, listeners, attributes, isDragging } = useDraggable({ id: props.id, disabled: props.locked });
  return (
    <button
      type="button"
      ref={setNodeRef}
      {...attributes}
      {...listeners}
      className={isDragging ? "chip dragging" : "chip"}
      data-chip={props.id}
      disabled={props.locked}
      onClick={props.add}
    >
      {props.children}
    </button>
  );
}
