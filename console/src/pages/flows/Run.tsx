import { StopOutlined } from "@ant-design/icons";
import { Link, useParams } from "@tanstack/react-router";
import { Button, Grid } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFresh } from "~/client/live";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { State } from "~/features/flows/list";
import { end, type Shown, useRun } from "~/features/flows/read";
import { Commenting } from "~/features/studio/Commenting";
import { Canvas } from "~/features/studio/flow/Canvas";
import { drawingOf } from "~/features/studio/flow/model";
import { useComponents } from "~/features/studio/flow/read";
import { Steps } from "~/features/studio/flow/Steps";
import { type Saying, useSaying } from "~/features/studio/flow/saying";
import { lit } from "~/features/studio/flow/trying";
import { DetailPage, Facts } from "~/ui/detail/DetailPage";
import { Code, When } from "~/ui/Words";
import "~/features/studio/studio.css";

const NONE: [] = [];
const NOTHING = new Map();

/** One run: the way that it went, lit in the drawing of its version, and where it stands. */
export default function RunPage() {
  const { t } = useTranslation();
  const { run: id = "" } = useParams({ strict: false }) as { run?: string };
  const may = useMay();
  const wide = Grid.useBreakpoint().lg ?? true;
  const asked = useRun(id);
  useFresh(["flows", "runs", id], ["flow"]);
  const named = useNamed();
  const [ending, setEnding] = useState(false);
  const told = asked.data;
  const run = told?.run;
  const drawing = useMemo(() => drawingOf(told?.content ?? {}), [told]);
  const saying = useSaying(useComponents(String(told?.content?.of ?? "order")).data);
  const [chosen, choose] = useState<string[]>(NONE);
  const light = useMemo(() => {
    const passed = (told?.passed ?? []).filter((each) => each.what === "passed" || each.what === "started");
    const failed = told?.passed.find((each) => each.what === "failed")?.node ?? "";
    return lit(drawing, passed as { node: string; exit?: string }[], run?.nodes ?? [], failed);
  }, [told, drawing, run]);
  const seen = { drawing, saying, chosen, marks: light.marks };
  return (
    <>
      <DetailPage
        asked={asked}
        back="/flows"
        name={run ? named("flows", run.flow) : ""}
        marks={run && <State state={run.state} t={t} />}
        actions={
          run && (
            <>
              {run.order_no && (
                <Link to={`/orders/${run.order_no}` as never}>
                  <Button tabIndex={-1}>{t("flows.runs.open_order")}</Button>
                </Link>
              )}
              {may("documents:read") && (
                <Link to={`/studio/flow/${run.flow}` as never}>
                  <Button tabIndex={-1}>{t("flows.runs.open_flow")}</Button>
                </Link>
              )}
              {run.state === "waiting" && may("flows:write") && (
                <Button danger icon={<StopOutlined />} onClick={() => setEnding(true)}>
                  {t("flows.runs.end")}
                </Button>
              )}
            </>
          )
        }
        tabs={[
          {
            key: "way",
            title: "flows.runs.way",
            show: run && (
              <div className="flow">
                <Facts
                  facts={[
                    ["flows.runs.about", <Code key="about">{run.order_no || run.record_no}</Code>],
                    ["flows.runs.version", String(run.version)],
                    ["flows.runs.started", <When key="started" at={run.started_at} />],
                    ["flows.runs.due", run.due_at && <When key="due" at={run.due_at} />],
                    ["flows.runs.steps", String(run.steps)],
                  ]}
                />
                <div className={wide ? "flow-work canvas" : "flow-work steps"}>
                  {wide ? (
                    <Canvas {...seen} choose={choose} taken={light.taken} />
                  ) : (
                    <Steps
                      {...seen}
                      levels={NOTHING}
                      waiting={NOTHING}
                      locked
                      choose={(name) => choose([name])}
                      add={() => undefined}
                      lead={() => undefined}
                    />
                  )}
                </div>
              </div>
            ),
          },
        ]}
        timeline={{ title: "flows.runs.story", show: told && <Story shown={told} saying={saying} /> }}
      />
      {ending && run && (
        <Commenting
          title={t("flows.runs.end")}
          text={run.flow}
          ok={t("flows.runs.end")}
          danger
          run={(reason) => end([run], reason)}
          close={(changed) => {
            setEnding(false);
            if (changed) asked.refetch();
          }}
        />
      )}
    </>
  );
}

function Story({ shown, saying }: { shown: Shown & { content?: Record<string, unknown> }; saying: Saying }) {
  const { t } = useTranslation();
  const { nodes } = drawingOf(shown.content ?? {});
  const nodeOf = (id: string | undefined) => nodes.find((each) => each.id === id);
  const named = (id: string) => {
    const node = nodeOf(id);
    return node ? saying.titled(node) : id;
  };
  return (
    <ol className="flow-story">
      {shown.passed.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what happened stays in its order.
        <li key={index}>
          <When at={each.at} /> <b>{t(`flows.runs.what.${each.what}`)}</b> {each.node && named(each.node)}
          {each.exit && each.exit !== "next" && (
            <span className="faint"> {saying.exit(each.exit, nodeOf(each.node))}</span>
          )}
          {each.said?.[saying.language] && <div className="form-error">{each.said[saying.language]}</div>}
        </li>
      ))}
    </ol>
  );
}
