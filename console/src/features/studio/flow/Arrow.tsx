import { BaseEdge, type Edge, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { type Area, pathOf, wayOf } from "~/features/studio/flow/ways";

export type ArrowLine = Edge<{ areas: Area[] }, "arrow">;

/** An arrow from an exit to a node, around what stands between them. */
export function Arrow({ id, data, markerEnd, style, ...ends }: EdgeProps<ArrowLine>) {
  const from = { x: ends.sourceX, y: ends.sourceY };
  const to = { x: ends.targetX, y: ends.targetY };
  const way = wayOf(from, to, data?.areas ?? []);
  const path = way ? pathOf(way) : getSmoothStepPath(ends)[0];
  return <BaseEdge id={id} path={path} markerEnd={markerEnd} style={style} />;
}
