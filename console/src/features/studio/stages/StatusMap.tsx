import { DeleteOutlined, HolderOutlined, PlusOutlined } from "@ant-design/icons";
import { useDraggable, useDroppable } from "@dnd-kit/core";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useMay } from "~/client/session";
import { Dragging } from "~/features/studio/Dragging";
import type { Drawn } from "~/features/studio/drawn";
import { TRACK } from "~/kit/stages";
import "~/features/studio/stages/stages.css";

type Row = { row: string; stage: string; status?: string[]; when?: string };
const STAGES = [...TRACK, "cancelled", "returned"];
const COUNT = 200;

/** Words of a source that no row knew, of messages that wait for it. */
function useUnknown(name: string) {
  return useQuery({
    queryKey: ["status_map", name, "unknown"],
    enabled: useMay()("messages:read"),
    queryFn: async ({ signal }) => {
      const query = { state: "quarantined" as const, reason: "status.not_mapped", count: COUNT };
      const { rows } = await told(api.GET("/api/v1/messages", { params: { query }, signal }));
      const seen = new Map<string, number>();
      for (const each of rows) {
        const data = (each.reason as { data?: { map?: string; status?: string } } | null)?.data;
        if (data?.map === name && data.status) seen.set(data.status, (seen.get(data.status) ?? 0) + 1);
      }
      return [...seen];
    },
  });
}

/** Their words beside our stages; the first row that fits counts, so the order matters and is dragged. */
export default function StatusMap({ of, content, findings, locked, write }: Drawn) {
  const { t, i18n } = useTranslation();
  const rows = (content.rows as Row[] | undefined) ?? [];
  const unknown = useUnknown(of.name);
  const known = new Set(rows.flatMap((each) => each.status ?? []));
  const put = (next: Row[]) => write({ ...content, rows: next });
  const at = (index: number, part: Partial<Row>) =>
    put(rows.map((each, other) => (other === index ? { ...each, ...part } : each)));
  const free = () => {
    let number = rows.length + 1;
    while (rows.some((each) => each.row === `row_${number}`)) number += 1;
    return `row_${number}`;
  };
  const options = STAGES.map((value) => ({ value, label: t(`stages.${value}`) }));
  const left = (unknown.data ?? []).filter(([word]) => !known.has(word));
  return (
    <div className="status-map">
      {left.length > 0 && (
        <section className="part">
          <header>
            <h2>{t("stages.unknown")}</h2>
          </header>
          {left.map(([word, count]) => (
            <div key={word} className="status-unknown">
              <b>{word}</b>
              <span className="faint">{t("stages.unknown.count", { count })}</span>
              <Select
                aria-label={`${word} ${t("stages.stage")}`}
                placeholder={t("stages.stage")}
                disabled={locked}
                value={null}
                options={options}
                onChange={(stage: string) => put([...rows, { row: free(), stage, status: [word] }])}
              />
            </div>
          ))}
        </section>
      )}
      <Dragging
        dropped={(held, over) => {
          if (held === over) return;
          const next = [...rows];
          const [taken] = next.splice(Number(held), 1);
          if (taken) next.splice(Number(over), 0, taken);
          put(next);
        }}
      >
        <ol className="stages">
          {rows.map((row, index) => (
            <Dragged key={row.row} index={index} locked={locked} label={t("designer.move", { name: row.row })}>
              <Select
                mode="tags"
                aria-label={`${t("stages.theirs")} ${index + 1}`}
                placeholder={t("stages.theirs.any")}
                disabled={locked}
                value={row.status ?? []}
                options={left.map(([value]) => ({ value, label: value }))}
                onChange={(status: string[]) => at(index, { status })}
              />
              <Input
                aria-label={`${t("stages.when")} ${index + 1}`}
                placeholder={t("stages.when")}
                spellCheck={false}
                disabled={locked}
                value={row.when ?? ""}
                onChange={(event) => at(index, { when: event.target.value })}
              />
              <Select
                aria-label={`${t("stages.stage")} ${index + 1}`}
                disabled={locked}
                value={row.stage}
                options={options}
                onChange={(stage) => at(index, { stage })}
              />
              <Button
                type="text"
                icon={<DeleteOutlined />}
                disabled={locked || rows.length === 1}
                aria-label={`${t("form.remove")} ${index + 1}`}
                onClick={() => put(rows.filter((_, other) => other !== index))}
              />
              {findings
                .filter((each) => each.path === `/rows/${index}` || each.path.startsWith(`/rows/${index}/`))
                .map((each) => (
                  <div key={each.code} className="form-wrong form-error stage-wrong">
                    {i18n.language === "en" ? each.en : each.zh}
                  </div>
                ))}
            </Dragged>
          ))}
        </ol>
      </Dragging>
      {!locked && (
        <Button
          type="dashed"
          icon={<PlusOutlined />}
          onClick={() => put([...rows, { row: free(), stage: "received", status: [] }])}
        >
          {t("stages.add")}
        </Button>
      )}
    </div>
  );
}

type DraggedProps = { index: number; locked: boolean; label: string; children: ReactNode };

function Dragged({ index, locked, label, children }: DraggedProps) {
  const drag = useDraggable({ id: index, disabled: locked });
  const drop = useDroppable({ id: index });
  const names = ["stage", "status-row"];
  if (drop.isOver) names.push("over");
  if (drag.isDragging) names.push("dragging");
  return (
    <li ref={drop.setNodeRef} className={names.join(" ")} data-path={`/rows/${index}`}>
      <button
        type="button"
        ref={drag.setNodeRef}
        {...drag.attributes}
        {...drag.listeners}
        className="placed-grip"
        aria-label={label}
        disabled={locked}
      >
        <HolderOutlined />
      </button>
      {children}
    </li>
  );
}
