import { Alert } from "antd";
import type { ReactNode } from "react";
import { useNamed } from "~/client/names";
import { type Drawing, OTHERWISE, type Step } from "~/features/studio/flow/model";
import type { Lit, Tried } from "~/features/studio/flow/read";
import type { Saying } from "~/features/studio/flow/saying";
import { deeds, failureOf, type Trying } from "~/features/studio/flow/trying";
import { Badge, type Tone } from "~/ui/Badge";
import { Span, When } from "~/ui/Words";

type Props = {
  trial: Trying;
  tried: Tried;
  drawing: Drawing;
  saying: Saying;
  choose: (names: string[]) => void;
  exitsAt: (node: string) => string[];
  answer: (node: string, exit: string) => ReactNode;
};
const TONES: Record<string, Tone> = { finished: "good", waiting: "way", failed: "bad", not_started: "warn" };

/** The way that a try went: each step with its time, why it left the way it did, and what it would do. */
export function Way({ trial, tried, drawing, saying, choose, exitsAt, answer }: Props) {
  const { t, titled } = saying;
  const named = useNamed();
  const nodeOf = (id: string) => drawing.nodes.find((each) => each.id === id);
  const failure = failureOf(tried);
  const told = trial.shown >= tried.path.length;
  return (
    <div className="flow-way" data-testid="flow-way">
      <ol>
        {tried.path.slice(0, trial.shown).map((lit, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are their places, and a loop passes a node often.
          <li key={index}>
            <Passed
              {...{ lit, saying, index }}
              node={nodeOf(lit.node)}
              before={tried.path[index - 1]}
              choose={choose}
            />
          </li>
        ))}
      </ol>
      {told && (
        <div role="status" className="flow-outcome">
          <Badge tone={TONES[tried.state] ?? "plain"}>{t(`flows.state.${tried.state}`)}</Badge>
          {tried.state === "not_started" && <p>{t("flows.not_started")}</p>}
          {tried.events.length > 0 && (
            <p>{t("flows.would_say", { events: tried.events.map((each) => named("events", each)).join("、") })}</p>
          )}
          {(tried.waits ?? []).map((each) => (
            <div key={each} className="flow-answers">
              <span>{t("flows.waits_at", { step: titled(nodeOf(each) ?? { id: each, kind: "wait" }) })}</span>
              {exitsAt(each).map((exit) => answer(each, exit))}
            </div>
          ))}
          {failure.code && (
            <Alert
              type="error"
              title={t("flows.failed_at", { step: titled(nodeOf(failure.node ?? "") ?? { id: "", kind: "end" }) })}
              description={failure[saying.language] ?? failure.code}
            />
          )}
        </div>
      )}
    </div>
  );
}

type PassedProps = {
  lit: Lit;
  before?: Lit;
  node?: Step;
  index: number;
  saying: Saying;
  choose: (names: string[]) => void;
};

function Passed({ lit, before, node, index, saying, choose }: PassedProps) {
  const { t, titled, exit } = saying;
  const seconds = before ? (Date.parse(lit.at) - Date.parse(before.at)) / 1000 : 0;
  const refused = lit.said?.[saying.language];
  const what = deeds(node, lit.does);
  return (
    <>
      <button type="button" className="flow-way-head" onClick={() => choose([lit.node])}>
        <span className="figure faint">{index + 1}</span>
        <b>{node ? titled(node) : lit.node}</b>
        {lit.exit && lit.exit !== "next" && (
          <Badge tone={/refused|failed|rejected/.test(lit.exit) ? "bad" : "plain"}>{exit(lit.exit, node)}</Badge>
        )}
        <span className="grow" />
        <span className="faint">
          {seconds > 0 ? (
            <>
              {t("flows.after")} <Span seconds={seconds} />
            </>
          ) : (
            index === 0 && <When at={lit.at} />
          )}
        </span>
      </button>
      <Why {...{ lit, node, saying }} />
      {what.map(([name, value]) => (
        <div key={name} className="flow-deed">
          <span className="faint">{saying.value(name)}</span> {saying.worth(name, value)}
        </div>
      ))}
      {refused && <div className="form-error">{t("flows.refused_by", { why: refused })}</div>}
    </>
  );
}

function Why({ lit, node, saying }: { lit: Lit; node?: Step; saying: Saying }) {
  const { t } = saying;
  if (node?.kind === "trigger" && node.filter)
    return <div className="flow-why">{t("flows.why_filter", { when: saying.when(String(node.filter)) })}</div>;
  if (node?.kind === "table" && lit.answer !== undefined && lit.answer !== null)
    return <div className="flow-why">{t("flows.why_table", { answer: JSON.stringify(lit.answer) })}</div>;
  if (node?.kind !== "condition") return null;
  const branch = node.branches?.find((each) => each.exit === lit.exit);
  return (
    <div className="flow-why">
      {lit.exit === OTHERWISE || !branch
        ? t("flows.why_none")
        : t("flows.why_held", { when: saying.when(branch.when) })}
    </div>
  );
}
