import { PlusOutlined } from "@ant-design/icons";
import { useDroppable } from "@dnd-kit/core";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { BoardFacts } from "~/features/studio/board/BoardFacts";
import { CardBox } from "~/features/studio/board/CardBox";
import { CardFacts } from "~/features/studio/board/CardFacts";
import { boardOf, CARDS_MAX, placed, ROWS_MAX, type Spot } from "~/features/studio/board/model";
import { Dragging } from "~/features/studio/Dragging";
import type { Drawn } from "~/features/studio/drawn";
import { Wrong } from "~/features/studio/form/parts";
import { titleOf } from "~/features/studio/list";
import { useMetrics } from "~/features/studio/vocabulary";
import { useTheme } from "~/ui/board/theme";
import "~/features/studio/designer/designer.css";
import "~/features/studio/board/designing.css";
import "~/ui/board/board.css";

/** A board, put together by dragging: it is seen as it will be, with the figures of now. */
export default function BoardDesigner({ content, findings, locked, write }: Drawn) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const board = boardOf(content);
  const metrics = useMetrics();
  const theme = useTheme();
  const [chosen, setChosen] = useState<Spot | null>(null);
  const titles = new Map(metrics.map((each) => [each.name, titleOf(each, language)]));
  const nameAt = (spot: Spot | null) => {
    const card = spot ? board.rows[spot.row]?.[spot.column] : undefined;
    return card?.title?.[language] || titles.get(card?.metric ?? "") || card?.metric || "";
  };
  const put = (card: Parameters<typeof placed>[1], to: Spot, from?: Spot) => {
    const next = placed(board, card, to, from);
    if (!next) return;
    write(next.board);
    setChosen(next.at);
  };
  const move = (from: Spot, to: Spot) => {
    const card = board.rows[from.row]?.[from.column];
    if (card) put(card, to, from);
  };
  const add = (row: number) => {
    const used = new Set(board.rows.flat().map((each) => each.metric));
    const metric = metrics.find((each) => !used.has(each.name)) ?? metrics[0];
    if (metric) put({ metric: metric.name, show: "number" }, { row, column: -1 });
  };
  const dropped = (held: string, over: string) => {
    const from = spotOf(held);
    const to = spotOf(over);
    if (from && to && over !== `before:${from.row}:${from.column}`) move(from, to);
  };
  const card = chosen ? board.rows[chosen.row]?.[chosen.column] : undefined;
  return (
    <div className="designer board-designer">
      <Wrong wrong={findings.filter((each) => !/^\/rows\/\d+\/\d+/.test(each.path))} />
      <Dragging dropped={dropped} named={(held) => nameAt(spotOf(held))}>
        <div className="designer-body">
          <div className="board board-canvas" data-testid="canvas">
            {board.rows.map((cards, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows are their places.
              <div className="board-row" key={row}>
                {cards.map((each, column) => (
                  <CardBox
                    // biome-ignore lint/suspicious/noArrayIndexKey: cards are their places.
                    key={column}
                    card={each}
                    spot={{ row, column }}
                    name={titles.get(each.metric) ?? each.metric}
                    chosen={chosen?.row === row && chosen.column === column}
                    theme={theme}
                    findings={findings}
                    locked={locked}
                    choose={setChosen}
                  />
                ))}
                {!locked && (
                  <RowEnd
                    id={`end:${row}`}
                    full={cards.length >= CARDS_MAX}
                    label={t("board.design.add", { at: row + 1 })}
                    add={() => add(row)}
                  />
                )}
              </div>
            ))}
            {!locked && board.rows.length < ROWS_MAX && (
              <NewRow id={`end:${board.rows.length}`} add={() => add(board.rows.length)} />
            )}
          </div>
          {chosen && card ? (
            <CardFacts
              key={`${chosen.row}:${chosen.column}`}
              board={board}
              card={card}
              at={chosen}
              metrics={metrics}
              locked={locked}
              choose={setChosen}
              move={(to) => move(chosen, to)}
              write={write}
            />
          ) : (
            <BoardFacts board={board} locked={locked} write={write} />
          )}
        </div>
      </Dragging>
    </div>
  );
}

function RowEnd({ id, full, label, add }: { id: string; full: boolean; label: string; add: () => void }) {
  const { setNodeRef, isOver } = useDroppable({ id, disabled: full });
  return (
    <div ref={setNodeRef} className={isOver ? "row-end over" : "row-end"} data-end={id}>
      <Button type="text" icon={<PlusOutlined />} aria-label={label} title={label} disabled={full} onClick={add} />
    </div>
  );
}

function NewRow({ id, add }: { id: string; add: () => void }) {
  const { t } = useTranslation();
  const { setNodeRef, isOver } = useDroppable({ id });
  return (
    <div ref={setNodeRef} className={isOver ? "new-row over" : "new-row"} data-end={id}>
      <Button type="dashed" block icon={<PlusOutlined />} onClick={add}>
        {t("board.design.row")}
      </Button>
    </div>
  );
}

/** The place that an id of something dragged or dropped on means. */
function spotOf(id: string): Spot | null {
  const [, row, column = "-1"] = id.split(":");
  return row ? { row: Number(row), column: Number(column) } : null;
}
