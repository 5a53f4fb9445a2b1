import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  Controls,
  getViewportForBounds,
  type Edge as Line,
  MarkerType,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
  useStoreApi,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { type DragEvent, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Arrow, type ArrowLine } from "~/features/studio/flow/Arrow";
import { Box, type BoxNode, type Mark } from "~/features/studio/flow/Box";
import { BOX_PX, heightOf, spotsOf } from "~/features/studio/flow/layout";
import { type Drawing, exitOf, exitsOf, mayLead, type Spot } from "~/features/studio/flow/model";
import type { Saying } from "~/features/studio/flow/saying";
import "~/features/studio/flow/flow.css";

export const DRAGGED = "application/x-orderloom-node";
const TYPES = { box: Box };
const ARROWS = { arrow: Arrow };
const CLOSEST = 1;
const MARGIN = 0.12;
/** Smaller than this a node's words are not read; a drawing that needs less is shown from its beginning. */
const READABLE = 0.7;
const EDGE_PX = 32;

type Props = {
  drawing: Drawing;
  saying: Saying;
  chosen: string[];
  choose: (names: string[]) => void;
  /** What has been passed: how each node is lit, and the arrows taken as `from exit to`. */
  marks?: Map<string, Mark>;
  taken?: Set<string>;
  levels?: Map<string, "error" | "warning">;
  waiting?: Map<string, number>;
  /** Grows whenever all of it is to be brought into sight. */
  fitting?: number;
  /** Without these it is only looked at. */
  edit?: {
    move: (spots: Map<string, Spot>) => void;
    join: (from: string, exit: string, to: string) => void;
    cut: (nodes: string[], lines: { from: string; exit: string; to: string }[]) => void;
    drop: (kind: string, spot: Spot) => void;
  };
};

const lineOf = (from: string, exit: string, to: string) => `${from} ${exit} ${to}`;

/** The drawing of a flow. */
export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Drawn {...props} />
    </ReactFlowProvider>
  );
}

function Drawn({ drawing, saying, chosen, choose, marks, taken, levels, waiting, fitting = 0, edit }: Props) {
  const { t } = useTranslation();
  const house = useReactFlow();
  const spots = useMemo(() => spotsOf(drawing), [drawing]);
  const made = useMemo(
    () =>
      drawing.nodes.map(
        (step): BoxNode => ({
          id: step.id,
          type: "box",
          position: spots.get(step.id) ?? { x: 0, y: 0 },
          ariaLabel: `${saying.titled(step)} ${saying.about(step)}`,
          data: {
            step,
            title: saying.titled(step),
            about: saying.about(step),
            exits: exitsOf(step).map((name) => ({ name, label: saying.exit(name, step) })),
            mark: marks ? (marks.get(step.id) ?? "dim") : undefined,
            level: levels?.get(step.id),
            waiting: waiting?.get(step.id),
          },
        }),
      ),
    [drawing, spots, saying, marks, levels, waiting],
  );
  const [nodes, setNodes] = useState(made);
  useEffect(() => {
    setNodes((before) => {
      const were = new Map(before.map((each) => [each.id, each]));
      return made.map((each) => ({ ...were.get(each.id), ...each, selected: chosen.includes(each.id) }));
    });
  }, [made, chosen]);
  const store = useStoreApi();
  const settle = useCallback(
    (duration = 0) => {
      const { width, height } = store.getState();
      const boxes = house.getNodes();
      const bounds = house.getNodesBounds(boxes);
      const whole = getViewportForBounds(bounds, width, height, READABLE, CLOSEST, MARGIN);
      const first = boxes.reduce((one, each) => (each.position.x < one.position.x ? each : one), boxes[0] as BoxNode);
      const fits = bounds.width * whole.zoom <= width && bounds.height * whole.zoom <= height;
      const begun = {
        zoom: whole.zoom,
        x: EDGE_PX - bounds.x * whole.zoom,
        y: height / 2 - (first?.position.y ?? 0) * whole.zoom,
      };
      house.setViewport(fits ? whole : begun, { duration });
    },
    [house, store],
  );
  const measured = useNodesInitialized();
  useEffect(() => {
    if (measured) settle();
  }, [measured, settle]);
  useEffect(() => {
    if (fitting === 0) return;
    // New nodes are measured first.
    const timer = setTimeout(() => settle(200), 60);
    return () => clearTimeout(timer);
  }, [fitting, settle]);
  const [line, setLine] = useState("");
  const areas = useMemo(
    () =>
      nodes.map(({ id, position, data, measured: size }) => ({
        id,
        ...position,
        width: size?.width ?? BOX_PX,
        height: size?.height ?? heightOf(data.step),
      })),
    [nodes],
  );
  const lines = useMemo(
    () =>
      drawing.edges.map((each): ArrowLine => {
        const exit = exitOf(each, drawing.nodes);
        const id = lineOf(each.from, exit, each.to);
        const lit = taken?.has(id) ?? false;
        return {
          id,
          source: each.from,
          target: each.to,
          sourceHandle: exit,
          targetHandle: "in",
          type: "arrow",
          data: { areas: areas.filter(({ id: other }) => other !== each.from && other !== each.to) },
          selected: line === id,
          animated: lit,
          className: taken ? (lit ? "is-lit" : "is-dim") : undefined,
          markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 },
        };
      }),
    [drawing, taken, line, areas],
  );
  const moved = (changes: NodeChange<BoxNode>[]) => {
    setNodes((before) => applyNodeChanges(changes, before));
    const picked = new Set(chosen);
    for (const each of changes)
      if (each.type === "select") each.selected ? picked.add(each.id) : picked.delete(each.id);
    if (picked.size !== chosen.length || chosen.some((each) => !picked.has(each))) {
      if (picked.size > 0) setLine("");
      choose([...picked]);
    }
    // Arrow keys move what is chosen without a drag; its end is told as a change that is no dragging.
    if (edit && changes.some((each) => each.type === "position" && each.dragging === false && each.position))
      edit.move(
        new Map(
          applyNodeChanges(changes, nodes).map((each) => [
            each.id,
            { x: Math.round(each.position.x), y: Math.round(each.position.y) },
          ]),
        ),
      );
  };
  const fits = (told: Connection | Line) =>
    mayLead(drawing, told.source, told.sourceHandle ?? "next", told.target ?? "");
  const parted = (told: Line[]) =>
    told.map((each) => ({ from: each.source, exit: each.sourceHandle ?? "next", to: each.target }));
  const dropped = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(DRAGGED);
    if (!kind || !edit) return;
    event.preventDefault();
    edit.drop(kind, house.screenToFlowPosition({ x: event.clientX - 30, y: event.clientY - 20 }));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nodes are dropped here; the palette's buttons do it by keys.
    <div
      className="flow-canvas"
      data-testid="flow-canvas"
      onDragOver={(event) => event.preventDefault()}
      onDrop={dropped}
    >
      <ReactFlow
        nodes={nodes}
        edges={lines}
        nodeTypes={TYPES}
        edgeTypes={ARROWS}
        colorMode={document.documentElement.dataset.theme === "dark" ? "dark" : "light"}
        onNodesChange={moved}
        onEdgesChange={(changes) => {
          for (const each of changes) if (each.type === "select") setLine(each.selected ? each.id : "");
        }}
        onConnect={(told) => edit?.join(told.source, told.sourceHandle ?? "next", told.target)}
        isValidConnection={fits}
        onBeforeDelete={async (gone) => {
          edit?.cut(
            gone.nodes.map((each) => each.id),
            parted(gone.edges.filter((each) => each.selected)),
          );
          return false;
        }}
        deleteKeyCode={edit ? ["Delete", "Backspace"] : null}
        nodesDraggable={edit !== undefined}
        nodesConnectable={edit !== undefined}
        edgesReconnectable={false}
        connectionRadius={28}
        snapToGrid
        snapGrid={[4, 4]}
        minZoom={0.2}
        maxZoom={1.6}
        fitViewOptions={{ maxZoom: CLOSEST, padding: MARGIN }}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        ariaLabelConfig={{
          "node.a11yDescription.default": t("flows.keys"),
          "edge.a11yDescription.default": t("flows.keys_edge"),
          "controls.ariaLabel": t("flows.controls"),
          "controls.zoomIn.ariaLabel": t("flows.zoom_in"),
          "controls.zoomOut.ariaLabel": t("flows.zoom_out"),
          "controls.fitView.ariaLabel": t("flows.fit"),
          "minimap.ariaLabel": t("flows.minimap"),
        }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} />
        <Controls showInteractive={false} />
        <MiniMap pannable zoomable nodeStrokeWidth={3} />
      </ReactFlow>
    </div>
  );
}
