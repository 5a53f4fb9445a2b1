import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { KINDS } from "~/features/studio/flow/kinds";
import { BOX_PX } from "~/features/studio/flow/layout";
import type { Step } from "~/features/studio/flow/model";

export type Mark = "lit" | "here" | "failed" | "dim";
export type Shown = {
  step: Step;
  title: string;
  about: string;
  exits: { name: string; label: string }[];
  mark?: Mark;
  level?: "error" | "warning";
  waiting?: number;
};
export type BoxNode = Node<Shown, "box">;

/** A node as it is drawn: what it is, what it says, and a dot for each way out. */
export const Box = memo(function Box({ data, selected }: NodeProps<BoxNode>) {
  const { t } = useTranslation();
  const { step, title, about, exits, mark, level, waiting } = data;
  const Icon = KINDS[step.kind]?.icon;
  const classes = [
    "flow-box",
    `flow-${step.kind}`,
    mark && `is-${mark}`,
    level && `has-${level}`,
    selected && "is-chosen",
  ];
  return (
    <div className={classes.filter(Boolean).join(" ")} style={{ width: BOX_PX }} data-testid={`node-${step.id}`}>
      {step.kind !== "trigger" && <Handle type="target" position={Position.Left} id="in" className="flow-in" />}
      <div className="flow-box-head">
        <span className="flow-icon">{Icon && <Icon aria-hidden />}</span>
        <span className="flow-box-words">
          <b>{title}</b>
          <span className="faint" title={about}>
            {about || " "}
          </span>
        </span>
        {waiting !== undefined && waiting > 0 && (
          <span className="flow-waiting figure" title={t("flows.waiting_here", { count: waiting })}>
            {waiting}
          </span>
        )}
      </div>
      {exits.length === 1 ? (
        <Handle type="source" position={Position.Right} id={exits[0]?.name} className="flow-out" />
      ) : (
        exits.map((each) => (
          <div key={each.name} className="flow-exit">
            <span>{each.label}</span>
            <Handle type="source" position={Position.Right} id={each.name} className="flow-out" />
          </div>
        ))
      )}
    </div>
  );
});
