import { PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Select } from "antd";
import type { Mark } from "~/features/studio/flow/Box";
import { GROUPS, KINDS } from "~/features/studio/flow/kinds";
import { type Drawing, exitOf, exitsOf, inOrder, mayLead } from "~/features/studio/flow/model";
import type { Saying } from "~/features/studio/flow/saying";
import { Badge } from "~/ui/Badge";

type Props = {
  drawing: Drawing;
  saying: Saying;
  chosen: string[];
  levels: Map<string, "error" | "warning">;
  waiting: Map<string, number>;
  marks?: Map<string, Mark>;
  locked: boolean;
  choose: (id: string) => void;
  add: (kind: string, after: string) => void;
  lead: (from: string, exit: string, to: string) => void;
};

/** The flow as a list: every step with what it says, and where each way out of it leads. */
export function Steps(props: Props) {
  const { drawing, saying, chosen, levels, waiting, marks, locked, choose, add, lead } = props;
  const { t, titled, about, kindOf, exit } = saying;
  const order = inOrder(drawing);
  const number = new Map(order.map((each, index) => [each.node.id, index + 1]));
  const items = GROUPS.map((group) => ({
    key: group.key,
    type: "group" as const,
    label: t(`flows.group.${group.key}`),
    children: group.kinds.map((kind) => ({ key: kind, label: kindOf(kind) })),
  }));
  const led = (id: string) => {
    const node = drawing.nodes.find((each) => each.id === id);
    return node ? `${number.get(id)}. ${titled(node)}` : id;
  };
  return (
    <ol className="flow-steps" aria-label={t("flows.view.steps")} data-testid="flow-steps">
      {order.map(({ node, depth }) => {
        const Icon = KINDS[node.kind]?.icon;
        const level = levels.get(node.id);
        const mark = marks?.get(node.id);
        const count = waiting.get(node.id) ?? 0;
        const classes = [
          "flow-step",
          `flow-${node.kind}`,
          mark && `is-${mark}`,
          chosen.includes(node.id) && "is-chosen",
        ];
        return (
          <li
            key={node.id}
            className={classes.filter(Boolean).join(" ")}
            style={{ marginInlineStart: Math.min(depth, 4) * 12 }}
          >
            <button type="button" className="flow-step-head" onClick={() => choose(node.id)}>
              <span className="figure faint">{number.get(node.id)}</span>
              <span className="flow-icon">{Icon && <Icon aria-hidden />}</span>
              <span className="flow-box-words">
                <b>{titled(node)}</b>
                <span className="faint">{about(node)}</span>
              </span>
              {level && <Badge tone={level === "error" ? "bad" : "warn"}>{t(`studio.level.${level}`)}</Badge>}
              {count > 0 && <Badge tone="way">{t("flows.waiting_here", { count })}</Badge>}
            </button>
            {exitsOf(node).map((each) => {
              const targets = drawing.edges.filter(
                (one) => one.from === node.id && exitOf(one, drawing.nodes) === each,
              );
              const rest = { ...drawing, edges: drawing.edges.filter((one) => !targets.includes(one)) };
              const told = targets.map((one) => led(one.to)).join(t("studio.sheet.comma")) || t("flows.ends_here");
              return (
                <div key={each} className="flow-step-exit">
                  <span className="faint">{exit(each, node)} →</span>
                  {locked || node.kind === "split" ? (
                    <span>{told}</span>
                  ) : (
                    <Select
                      size="small"
                      variant="borderless"
                      aria-label={t("flows.leads", { step: titled(node), exit: exit(each, node) })}
                      value={targets[0]?.to ?? ""}
                      options={[
                        { value: "", label: t("flows.ends_here") },
                        ...order
                          .filter((one) => mayLead(rest, node.id, each, one.node.id))
                          .map((one) => ({ value: one.node.id, label: led(one.node.id) })),
                      ]}
                      onChange={(to) => lead(node.id, each, to)}
                    />
                  )}
                </div>
              );
            })}
            {!locked && node.kind !== "end" && (
              <Dropdown menu={{ items, onClick: ({ key }) => add(key, node.id) }} trigger={["click"]}>
                <Button type="text" size="small" icon={<PlusOutlined />} className="flow-step-add">
                  {t("flows.add_after")}
                </Button>
              </Dropdown>
            )}
          </li>
        );
      })}
    </ol>
  );
}
