import { DeleteOutlined, HolderOutlined, PlusOutlined } from "@ant-design/icons";
import { useDraggable, useDroppable } from "@dnd-kit/core";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import {
  changed,
  type FormContent,
  type Item,
  labelOf,
  requiredWhen,
  type Spot,
  WIDE,
} from "~/features/studio/designer/model";
import { within } from "~/features/studio/findings";
import type { Finding } from "~/features/studio/read";
import { called, type FieldShown } from "~/ui/form/definition";

type Props = {
  form: FormContent;
  fields: Map<string, FieldShown>;
  chosen: Spot | null;
  findings: Finding[];
  locked: boolean;
  choose: (spot: Spot | null) => void;
  write: (form: FormContent) => void;
};

/** The form as it is laid out: sections of two columns; a field is put before the one that it is dropped on. */
export function Canvas(props: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const { form, chosen, locked, choose, write } = props;
  return (
    <div className="canvas" data-testid="canvas">
      {form.sections.map((section, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sections are their places.
        <section key={at} className="canvas-part" data-path={`/sections/${at}`}>
          <header>
            <button
              type="button"
              className={chosen?.section === at && chosen.item < 0 ? "plain canvas-head chosen" : "plain canvas-head"}
              onClick={() => choose({ section: at, item: -1 })}
            >
              {called(section, language) || t("designer.section", { at: at + 1 })}
            </button>
            {!locked && form.sections.length > 1 && (
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                disabled={section.items.length > 0}
                aria-label={t("designer.section.remove", { at: at + 1 })}
                onClick={() => write(changed(form, { section: at, item: -1 }, undefined))}
              />
            )}
          </header>
          <div className="canvas-grid">
            {section.items.map((item, place) => (
              <Placed key={item.field} {...props} item={item} spot={{ section: at, item: place }} />
            ))}
            <End section={at} empty={section.items.length === 0} />
          </div>
        </section>
      ))}
      {!locked && (
        <Button
          type="dashed"
          icon={<PlusOutlined />}
          onClick={() => {
            write({ ...form, sections: [...form.sections, { items: [] }] });
            choose({ section: form.sections.length, item: -1 });
          }}
        >
          {t("designer.section.add")}
        </Button>
      )}
    </div>
  );
}

function Placed({ form, fields, chosen, findings, locked, choose, item, spot }: Props & { item: Item; spot: Spot }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const id = `item:${spot.section}:${spot.item}`;
  const drag = useDraggable({ id, disabled: locked });
  const drop = useDroppable({ id: `before:${spot.section}:${spot.item}` });
  const field = fields.get(item.field);
  const path = `/sections/${spot.section}/items/${spot.item}`;
  const wrong = within(findings, path).length > 0;
  const mine = chosen?.section === spot.section && chosen.item === spot.item;
  const names = ["placed"];
  if (field && WIDE.has(field.type)) names.push("placed-wide");
  if (mine) names.push("chosen");
  if (wrong) names.push("wrong");
  if (drop.isOver) names.push("over");
  if (drag.isDragging) names.push("dragging");
  const conditional = item.visible_when || requiredWhen(form, item.field);
  return (
    <div ref={drop.setNodeRef} className={names.join(" ")} data-path={path} data-item={item.field}>
      <button
        type="button"
        ref={drag.setNodeRef}
        {...drag.attributes}
        {...drag.listeners}
        className="placed-grip"
        aria-label={t("designer.move", { name: labelOf(item, field, language) })}
        disabled={locked}
      >
        <HolderOutlined />
      </button>
      <button type="button" className="plain placed-name" aria-pressed={mine} onClick={() => choose(spot)}>
        <span>
          {labelOf(item, field, language)}
          {item.required || field?.required ? <span className="fill-must" /> : null}
        </span>
        <small className="faint">
          {field ? t(`designer.type.${field.type}`) : t("designer.unknown_field", { name: item.field })}
          {conditional ? ` · ${t("designer.conditional")}` : ""}
        </small>
      </button>
    </div>
  );
}

function End({ section, empty }: { section: number; empty: boolean }) {
  const { t } = useTranslation();
  const { setNodeRef, isOver } = useDroppable({ id: `end:${section}` });
  return (
    <div ref={setNodeRef} className={isOver ? "canvas-end over" : "canvas-end"} data-end={section}>
      {empty ? t("designer.empty") : t("designer.end")}
    </div>
  );
}
