import { useQuery } from "@tanstack/react-query";
import { Segmented, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/client/session";
import { Dragging } from "~/features/studio/Dragging";
import { Canvas } from "~/features/studio/designer/Canvas";
import { Links } from "~/features/studio/designer/Links";
import {
  asked,
  fieldsOf,
  formOf,
  freshField,
  type Item,
  lean,
  placed,
  type Saying,
  type Spot,
  standing,
  type Type,
} from "~/features/studio/designer/model";
import { useOwn, useSubject } from "~/features/studio/designer/own";
import { Palette } from "~/features/studio/designer/Palette";
import { Preview } from "~/features/studio/designer/Preview";
import { Properties } from "~/features/studio/designer/Properties";
import { Sheet } from "~/features/studio/designer/Sheet";
import type { Drawn } from "~/features/studio/drawn";
import { all } from "~/features/studio/read";
import { Trouble } from "~/ui/Trouble";
import "~/features/studio/designer/designer.css";

const VIEWS = ["layout", "preview", "links"] as const;

/** A form, put together by dragging. Fields that are new are fields of its subject, in force together with it. */
export default function Designer({ of, content, findings, locked, write }: Drawn) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const form = formOf(content);
  const own = useOwn(form.subject, locked);
  const subject = useSubject(form.subject);
  const [chosen, setChosen] = useState<Spot | null>(null);
  const [view, setView] = useState<(typeof VIEWS)[number]>("layout");
  const rows = useQuery({ queryKey: ["documents", "form"], queryFn: ({ signal }) => all("form", signal) });
  const live = (rows.data ?? []).some((each) => each.name === of.name && each.version > 0 && !each.retired_at);
  if (own.pending || subject.isPending) return <Spin />;
  const fields = fieldsOf(form.subject, subject.data?.built_in ?? [], own.fields);
  const used = new Set(form.sections.flatMap((each) => each.items.map((item) => item.field)));
  const put = (next: typeof form) => write(lean({ ...next }));
  const newItem = (type: Type): Item => {
    const known = standing(form, type);
    if (known) return { field: known };
    const say: Saying = (key, filled) => ({
      zh: i18n.getFixedT("zh")(key, filled),
      en: i18n.getFixedT("en")(key, filled),
    });
    const made = freshField(
      type,
      say,
      own.fields.map((each) => each.name),
    );
    own.put(made);
    return { field: asked(form.subject, made.name) };
  };
  const drop = (item: Item, to: Spot, from?: Spot) => {
    const next = placed(form, item, to, from);
    put(next);
    const at = next.sections.findIndex((each) => each.items.some((one) => one.field === item.field));
    const place = next.sections[at]?.items.findIndex((one) => one.field === item.field) ?? 0;
    setChosen({ section: at, item: place });
  };
  const last = (): Spot => ({ section: chosen?.section ?? form.sections.length - 1, item: -1 });
  const dropped = (held: string, over: string) => {
    const to = spotOf(over);
    if (!to) return;
    const [what = "", name = ""] = held.split(/:(.*)/s);
    if (what === "type") drop(newItem(name as Type), to);
    else if (what === "field") drop({ field: name }, to);
    else {
      const from = spotOf(held);
      const item = from && form.sections[from.section]?.items[from.item];
      if (from && item) drop(item, to, from);
    }
  };
  return (
    <div className="designer">
      <div className="designer-head">
        <Segmented
          value={view}
          onChange={setView}
          options={VIEWS.filter((each) => each !== "links" || may("forms:links")).map((value) => ({
            value,
            label: t(`designer.view.${value}`),
          }))}
        />
        {!locked && <Sheet name={of.name} form={form} own={own} write={put} />}
      </div>
      {own.failed !== null && <Trouble error={own.failed} />}
      {view === "preview" && <Preview form={form} own={own.content} />}
      {view === "links" && <Links name={of.name} form={form} live={live} />}
      {view === "layout" && (
        <Dragging dropped={dropped} named={saidOf}>
          <div className="designer-body">
            <Palette
              fields={fields}
              used={used}
              locked={locked}
              addType={(type) => drop(newItem(type), last())}
              addField={(field) => drop({ field }, last())}
            />
            <Canvas
              form={form}
              fields={fields}
              chosen={chosen}
              findings={findings}
              locked={locked}
              choose={setChosen}
              write={put}
            />
            <Properties
              form={form}
              fields={fields}
              own={own}
              chosen={chosen}
              locked={locked}
              choose={setChosen}
              write={put}
            />
          </div>
        </Dragging>
      )}
    </div>
  );

  function saidOf(id: string): string {
    const [what = "", name = ""] = id.split(/:(.*)/s);
    if (what === "type") return t(`designer.type.${name}`);
    const spot = what === "item" ? spotOf(id) : null;
    const field = spot ? form.sections[spot.section]?.items[spot.item]?.field : name;
    const known = fields.get(field ?? "");
    return (i18n.language === "en" ? known?.en : known?.zh) || field || "";
  }
}

/** The place that an id of something dragged or dropped on means. */
function spotOf(id: string): Spot | null {
  const [what = "", section = "", item = "-1"] = id.split(":");
  return what === "end" || what === "before" || what === "item"
    ? { section: Number(section), item: Number(item) }
    : null;
}
