import {
  type CollisionDetection,
  closestCenter,
  DndContext,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { stepping } from "~/features/studio/designer/keys";

type Props = {
  /** What was held, and where it was let go. */
  dropped: (held: string, over: string) => void;
  /** What is seen of it on the way; without it the thing itself moves. */
  named?: (held: string) => ReactNode;
  children: ReactNode;
};

/** A pointer says where it is; keys do not, so they take what is nearest. */
const meant: CollisionDetection = (args) => {
  const under = pointerWithin(args);
  return under.length > 0 ? under : closestCenter(args);
};

/** A place in which things are dragged, by mouse, by finger or by keys. */
export function Dragging({ dropped, named, children }: Props) {
  const { t } = useTranslation();
  const [held, setHeld] = useState("");
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 180, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: stepping }),
  );
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={meant}
      accessibility={{ screenReaderInstructions: { draggable: t("designer.keys") } }}
      onDragStart={({ active }) => setHeld(String(active.id))}
      onDragCancel={() => setHeld("")}
      onDragEnd={({ active, over }) => {
        setHeld("");
        if (over) dropped(String(active.id), String(over.id));
      }}
    >
      {children}
      {named && (
        <DragOverlay dropAnimation={null}>{held && <div className="chip held">{named(held)}</div>}</DragOverlay>
      )}
    </DndContext>
  );
}
