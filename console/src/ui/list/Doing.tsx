import { Alert, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Action, Outcome } from "~/ui/list/declaration";
import { useSaid } from "~/ui/Trouble";

const NAMED = 8;

type Props<Row> = { action: Action<Row>; rows: Row[]; nameOf: (row: Row) => string; close: (changed: boolean) => void };

/** Says how many rows an action is about, asks what it needs, does it, and says what became of each. */
export function Doing<Row>({ action, rows, nameOf, close }: Props<Row>) {
  const { t } = useTranslation();
  const said = useSaid();
  const [form] = Form.useForm<Record<string, string>>();
  const [running, setRunning] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [outcomes, setOutcomes] = useState<Outcome[] | null>(null);
  const run = async () => {
    const answers = await form.validateFields().catch(() => null);
    if (!answers) return;
    setRunning(true);
    setFailed(null);
    try {
      const told = await action.run(rows, answers);
      setOutcomes(told);
      if (told.every((each) => !each.refused)) close(true);
    } catch (error) {
      setFailed(error);
    } finally {
      setRunning(false);
    }
  };
  return (
    <Modal
      open
      title={t("list.doing.title", { what: t(action.title), count: rows.length })}
      okText={outcomes ? t("shell.close") : t("list.doing.go", { what: t(action.title), count: rows.length })}
      okButtonProps={{ danger: action.danger && !outcomes }}
      cancelButtonProps={{ hidden: outcomes !== null }}
      cancelText={t("shell.cancel")}
      confirmLoading={running}
      mask={{ closable: false }}
      onOk={outcomes ? () => close(true) : run}
      onCancel={() => close(outcomes !== null)}
    >
      {outcomes ? (
        <Became outcomes={outcomes} />
      ) : (
        <>
          <p className="faint doing-names">
            {rows.slice(0, NAMED).map(nameOf).join("、")}
            {rows.length > NAMED && t("list.doing.more", { count: rows.length - NAMED })}
          </p>
          <Form form={form} layout="vertical" requiredMark="optional" onFinish={run}>
            {action.asks?.map((each, index) => (
              <Form.Item
                key={each.key}
                name={each.key}
                label={t(each.title)}
                initialValue={each.initial}
                rules={[{ required: each.required, whitespace: each.kind === "text", message: t("list.doing.needed") }]}
                {...(each.kind === "choices" && { normalize: joined, getValueProps: parted })}
              >
                {each.kind === "choices" ? (
                  <Select mode="multiple" options={each.choices} showSearch={{ optionFilterProp: "label" }} />
                ) : each.kind === "choice" ? (
                  <Select options={each.choices} autoFocus={index === 0} showSearch={{ optionFilterProp: "label" }} />
                ) : each.kind === "number" || each.kind === "date" ? (
                  <Input type={each.kind} autoFocus={index === 0} />
                ) : (
                  <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={500} autoFocus={index === 0} />
                )}
              </Form.Item>
            ))}
          </Form>
          {failed !== null && <Alert type="error" role="alert" showIcon title={said(failed)} />}
        </>
      )}
    </Modal>
  );
}

const joined = (chosen: string[]) => chosen.join(",");
const parted = (said?: string) => ({ value: said ? said.split(",") : [] });

function Became({ outcomes }: { outcomes: Outcome[] }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const refused = outcomes.filter((each) => each.refused);
  const done = outcomes.length - refused.length;
  return (
    <div role="status">
      <p>{t("list.doing.became", { done, refused: refused.length })}</p>
      <ul className="doing-refused">
        {refused.map((each) => (
          <li key={each.name}>
            <b className="code">{each.name}</b> {each.refused?.[language]}
          </li>
        ))}
      </ul>
    </div>
  );
}
