import { HolderOutlined } from "@ant-design/icons";
import { useDraggable, useDroppable } from "@dnd-kit/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import type { Card, Spot } from "~/features/studio/board/model";
import { within } from "~/features/studio/findings";
import { Wrong } from "~/features/studio/form/parts";
import type { Finding } from "~/features/studio/read";
import { Tile } from "~/ui/board/Tile";
import { Trouble } from "~/ui/Trouble";

type Props = {
  card: Card;
  spot: Spot;
  name: string;
  chosen: boolean;
  theme: string;
  findings: Finding[];
  locked: boolean;
  choose: (spot: Spot) => void;
};

/** A card as it will be seen, with its figures of now. What only colours or names it is not asked for again. */
export function CardBox({ card, spot, name, chosen, theme, findings, locked, choose }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const { title, warn, bad, width, ...drawn } = card;
  const asked = useQuery({
    queryKey: ["boards", "tried", drawn],
    placeholderData: keepPreviousData,
    enabled: drawn.metric !== "",
    retry: false,
    queryFn: async ({ signal }) => {
      const content = { title: { zh: "-", en: "-" }, rows: [[drawn]] };
      const { rows, at } = await told(api.POST("/api/v1/boards/try", { body: { content } as never, signal }));
      return { shown: rows[0]?.[0], at };
    },
  });
  const id = `${spot.row}:${spot.column}`;
  const drag = useDraggable({ id: `card:${id}`, disabled: locked });
  const drop = useDroppable({ id: `before:${id}` });
  const path = `/rows/${spot.row}/${spot.column}`;
  const wrong = within(findings, path);
  const names = ["card-box"];
  if (chosen) names.push("chosen");
  if (wrong.length > 0) names.push("wrong");
  if (drop.isOver) names.push("over");
  if (drag.isDragging) names.push("dragging");
  const shown = asked.data?.shown;
  const label = title?.[language] || name;
  return (
    <div
      ref={drop.setNodeRef}
      className={names.join(" ")}
      style={{ flexGrow: width ?? 1 }}
      data-path={path}
      data-card={card.metric}
    >
      <div className="card-bar">
        <button
          type="button"
          ref={drag.setNodeRef}
          {...drag.attributes}
          {...drag.listeners}
          className="placed-grip"
          aria-label={t("designer.move", { name: label })}
          disabled={locked}
        >
          <HolderOutlined />
        </button>
        <button type="button" className="plain card-name" aria-pressed={chosen} onClick={() => choose(spot)}>
          {label}
        </button>
      </div>
      {asked.error && wrong.length === 0 ? (
        <Trouble error={asked.error} />
      ) : shown ? (
        <Tile
          card={{ ...shown, title: { zh: label, en: label }, warn, bad, width }}
          theme={theme}
          at={asked.data?.at ?? ""}
        />
      ) : (
        asked.isFetching && <Spin className="tile-empty" />
      )}
      <Wrong wrong={wrong} />
    </div>
  );
}
