import { CaretRightOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { type Drawing, exitsOf } from "~/features/studio/flow/model";
import { useOrders } from "~/features/studio/flow/read";
import type { Saying } from "~/features/studio/flow/saying";
import type { Trying } from "~/features/studio/flow/trying";
import { Way } from "~/features/studio/flow/Way";
import type { Content } from "~/features/studio/read";
import { type Pair, Pairs } from "~/features/studio/rules/Pairs";
import { Trouble } from "~/ui/Trouble";

export { useTrial } from "~/features/studio/flow/trying";

type Props = {
  trial: Trying;
  drawing: Drawing;
  saying: Saying;
  of: string;
  cases: Content[];
  choose: (names: string[]) => void;
};
type Case = { name?: string; set?: Content; event?: Content; exits?: Record<string, string>; trigger?: string };

/** Paths of an event as the API takes them: names below names. */
function nested(pairs: Pair[]): Content {
  const made: Content = {};
  for (const [path, value] of pairs) {
    const names = path.split(".").filter(Boolean);
    const last = names.pop();
    if (!last) continue;
    let place = made;
    for (const each of names) {
      place[each] ??= {};
      place = place[each] as Content;
    }
    place[last] = value;
  }
  return made;
}

const flat = (value: Content, before = ""): Pair[] =>
  Object.entries(value).flatMap(([name, each]): Pair[] =>
    each && typeof each === "object" && !Array.isArray(each)
      ? flat(each as Content, `${before}${name}.`)
      : [[before + name, each]],
  );

/** Let the flow go its way without effect: on an order or a record, or on a sample. */
export function Trial({ trial, drawing, saying, of, cases, choose }: Props) {
  const { t, exit, titled } = saying;
  const orders = useOrders().data ?? [];
  const [how, setHow] = useState<"real" | "sample">(
    of === "order" && orders.length === 0 && cases.length ? "sample" : "real",
  );
  const [number, setNumber] = useState("");
  const [set, setSet] = useState<Pair[]>([]);
  const [event, setEvent] = useState<Pair[]>([]);
  const [exits, setExits] = useState<Record<string, string>>({});
  const [trigger, setTrigger] = useState("");
  const triggers = drawing.nodes.filter((each) => each.kind === "trigger");
  const wanted = number || (of === "order" ? (orders[0]?.order_no ?? "") : "");
  const go = (answers = exits) => {
    setExits(answers);
    const asked = { trigger, event: nested(event), exits: answers };
    if (how === "sample") return trial.run({ ...asked, sample: Object.fromEntries(set) });
    return trial.run(of === "order" ? { ...asked, order_no: wanted } : { ...asked, record_no: number });
  };
  const take = (index: number) => {
    const each = cases[index] as Case;
    setHow("sample");
    setSet(Object.entries(each.set ?? {}));
    setEvent(flat(each.event ?? {}));
    setExits(each.exits ?? {});
    setTrigger(each.trigger ?? "");
  };
  return (
    <section className="flow-trial" data-testid="flow-trial">
      <h3>{t("flows.try")}</h3>
      <p className="faint">{t("flows.try_text")}</p>
      {of !== "workspace" && (
        <Segmented
          block
          value={how}
          onChange={setHow}
          options={[
            { value: "real", label: t(of === "order" ? "flows.try_order" : "flows.try_record") },
            { value: "sample", label: t("flows.try_sample") },
          ]}
        />
      )}
      {how === "real" && of === "order" && (
        <AutoComplete
          aria-label={t("flows.order_no")}
          placeholder={t("flows.order_no")}
          value={wanted}
          onChange={(next) => setNumber(next ?? "")}
          options={orders.map((each) => ({ value: each.order_no, label: each.order_no }))}
        />
      )}
      {how === "real" && of !== "order" && of !== "workspace" && (
        <Input
          aria-label={t("flows.record_no")}
          placeholder={t("flows.record_no")}
          value={number}
          onChange={(next) => setNumber(next.target.value.trim())}
        />
      )}
      {how === "sample" && cases.length > 0 && (
        <Select
          aria-label={t("flows.try_case")}
          placeholder={t("flows.try_case")}
          options={cases.map((each, index) => ({ value: index, label: String((each as Case).name ?? index + 1) }))}
          onChange={take}
        />
      )}
      {how === "sample" && (
        <div>
          <span className="form-label">{t("flows.try_set")}</span>
          <Pairs pairs={set} paths={[]} locked={false} write={setSet} />
        </div>
      )}
      {triggers.length > 1 && (
        <Select
          aria-label={t("flows.try_trigger")}
          value={trigger || triggers[0]?.id}
          options={triggers.map((each) => ({ value: each.id, label: `${titled(each)} · ${saying.about(each)}` }))}
          onChange={setTrigger}
        />
      )}
      <details className="flow-more" open={event.length > 0}>
        <summary>{t("flows.try_event")}</summary>
        <Pairs pairs={event} paths={[]} locked={false} write={setEvent} />
      </details>
      <Button type="primary" icon={<CaretRightOutlined />} loading={trial.running} onClick={() => go()}>
        {t("flows.try_run")}
      </Button>
      {trial.failed !== null && <Trouble error={trial.failed} />}
      {trial.tried && (
        <Way
          {...{ trial, drawing, saying, choose }}
          tried={trial.tried}
          answer={(node, each) => (
            <Button key={each} size="small" onClick={() => go({ ...exits, [node]: each })}>
              {exit(each)}
            </Button>
          )}
          exitsAt={(id) => {
            const node = drawing.nodes.find((each) => each.id === id);
            return node ? exitsOf(node) : [];
          }}
        />
      )}
    </section>
  );
}
