import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { Condition } from "~/features/studio/flow/Condition";
import { OTHERWISE, type Step } from "~/features/studio/flow/model";
import { PanelContext, Row } from "~/features/studio/flow/parts";

type Props = { step: Step; put: (part: Partial<Step>) => void };

function free(taken: string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`way${number}`)) number += 1;
  return `way${number}`;
}

/** The ways out of a condition, the first that holds is taken. */
export function Branches({ step, put }: Props) {
  const { t } = useTranslation();
  const { locked } = useContext(PanelContext);
  const branches = step.branches ?? [];
  const at = (index: number, part: object) =>
    put({ branches: branches.map((each, other) => (other === index ? { ...each, ...part } : each)) });
  return (
    <Row label={t("flows.field.branches")} at="/branches" hint={t("flows.branches_hint")}>
      {branches.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: branches are their places.
        <fieldset key={index} className="flow-branch" aria-label={t("flows.branch", { number: index + 1 })}>
          <div className="flow-branch-head">
            <Input
              disabled={locked}
              aria-label={t("flows.branch_name")}
              prefix={<span className="faint">{index + 1}</span>}
              value={each.exit}
              onChange={(event) => {
                const exit = event.target.value.trim();
                if (exit !== OTHERWISE && !branches.some((one, other) => other !== index && one.exit === exit))
                  at(index, { exit });
              }}
            />
            {!locked && branches.length > 1 && (
              <Button
                type="text"
                danger
                icon={<DeleteOutlined />}
                aria-label={t("studio.form.remove")}
                onClick={() => put({ branches: branches.filter((_, other) => other !== index) })}
              />
            )}
          </div>
          <Condition label={t("flows.branch_when")} value={each.when} write={(when) => at(index, { when })} />
        </fieldset>
      ))}
      {!locked && (
        <Button
          type="dashed"
          icon={<PlusOutlined />}
          onClick={() => put({ branches: [...branches, { exit: free(branches.map((each) => each.exit)), when: "" }] })}
        >
          {t("flows.branch_add")}
        </Button>
      )}
    </Row>
  );
}
