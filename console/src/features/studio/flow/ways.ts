import type { Spot } from "~/features/studio/flow/model";

export type Area = Spot & { width: number; height: number };

/** How far an arrow goes straight before it turns, how far it keeps from a box, how round its corners are. */
const TURN_PX = 20;
const CLEAR_PX = 12;
const CORNER_PX = 5;

/**
 * The corners of an arrow between two points: one upright line where nothing stands in the way, else along the nearest
 * level that is free. Nothing for one that leads back, which is drawn around as ever.
 */
export function wayOf(from: Spot, to: Spot, areas: Area[]): Spot[] | undefined {
  const [first, last] = [from.x + TURN_PX, to.x - TURN_PX];
  if (last < first) return undefined;
  const middle = (first + last) / 2;
  const free = (one: Spot, other: Spot) => !areas.some((each) => passes(one, other, each));
  const bent = (x: number) => [from, { x, y: from.y }, { x, y: to.y }, to];
  const around = (y: number) => [
    from,
    { x: first, y: from.y },
    { x: first, y },
    { x: last, y },
    { x: last, y: to.y },
    to,
  ];
  const longer = (y: number) => Math.abs(y - from.y) + Math.abs(y - to.y);
  const levels = areas
    .filter((each) => each.x < last && each.x + each.width > first)
    .flatMap((each) => [each.y - CLEAR_PX, each.y + each.height + CLEAR_PX])
    .sort((one, other) => longer(one) - longer(other));
  const ways = [bent(middle), bent(last), bent(first), ...levels.map(around)];
  return ways.find((way) => way.slice(1).every((spot, at) => free(way[at] as Spot, spot))) ?? bent(middle);
}

/** Whether an upright or level line runs through a box. */
function passes(one: Spot, other: Spot, { x, y, width, height }: Area): boolean {
  return (
    Math.max(one.x, other.x) > x &&
    Math.min(one.x, other.x) < x + width &&
    Math.max(one.y, other.y) > y &&
    Math.min(one.y, other.y) < y + height
  );
}

/** These corners as an SVG path, rounded. */
export function pathOf(way: Spot[]): string {
  const corners = way.slice(1, -1).map((corner, at) => {
    const before = way[at] as Spot;
    const after = way[at + 2] as Spot;
    const near = (other: Spot) => {
      const far = Math.abs(other.x - corner.x) + Math.abs(other.y - corner.y);
      const part = far > 0 ? Math.min(CORNER_PX, far / 2) / far : 0;
      return `${corner.x + (other.x - corner.x) * part},${corner.y + (other.y - corner.y) * part}`;
    };
    return `L${near(before)}Q${corner.x},${corner.y} ${near(after)}`;
  });
  const [first, last] = [way[0] as Spot, way.at(-1) as Spot];
  return `M${first.x},${first.y}${corners.join("")}L${last.x},${last.y}`;
}
