import type { KeyboardCoordinateGetter } from "@dnd-kit/core";

const AHEAD = new Set(["ArrowDown", "ArrowRight"]);
const BACK = new Set(["ArrowUp", "ArrowLeft"]);

/** Arrows step from one place to the next, in the order that the form is read. */
export const stepping: KeyboardCoordinateGetter = (event, { context }) => {
  if (!AHEAD.has(event.code) && !BACK.has(event.code)) return undefined;
  event.preventDefault();
  const places = context.droppableContainers
    .getEnabled()
    .flatMap((each) => {
      const rect = context.droppableRects.get(each.id);
      return rect ? [{ id: each.id, rect }] : [];
    })
    .sort((one, other) => one.rect.top - other.rect.top || one.rect.left - other.rect.left);
  const at = places.findIndex((each) => each.id === context.over?.id);
  const next = places[AHEAD.has(event.code) ? Math.min(at + 1, places.length - 1) : Math.max(at - 1, 0)];
  return next && { x: next.rect.left + 4, y: next.rect.top + 4 };
};
