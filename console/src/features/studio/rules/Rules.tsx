import { DecisionGraph, DecisionTable, GraphSimulator, JdmConfigProvider } from "@gorules/jdm-editor";
import "@gorules/jdm-editor/dist/style.css";
import { PlayCircleOutlined } from "@ant-design/icons";
import { Segmented } from "antd";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { words } from "~/client/problems";
import type { Content, Finding } from "~/features/studio/read";
import { bookOf } from "~/features/studio/rules/cases";
import { type Graph, graphOf, onlyTable, placed, type Table } from "~/features/studio/rules/graph";
import { useMarks } from "~/features/studio/rules/marks";
import "~/features/studio/rules/rules.css";

type Props = {
  content: Content;
  cases: Content[];
  findings: Finding[];
  locked: boolean;
  write: (content: Content) => void;
};
const ROW_PX = 40;
const HEAD_PX = 130;

/** A decision table, or the graph that it is a part of. */
export default function Rules({ content, cases, findings, locked, write }: Props) {
  const { t, i18n } = useTranslation();
  const graph = useMemo(() => graphOf(content), [content]);
  const only = useMemo(() => onlyTable(graph), [graph]);
  const [wanted, setWanted] = useState<"table" | "graph">("table");
  const shown = only ? wanted : "graph";
  const put = useCallback((next: Graph) => write({ ...content, content: next }), [content, write]);
  const theme = { mode: (document.documentElement.dataset.theme === "dark" ? "dark" : "light") as "dark" | "light" };
  return (
    <div className="rules" key={i18n.language}>
      {only && (
        <Segmented
          value={shown}
          onChange={setWanted}
          options={[
            { value: "table", label: t("studio.rules.table") },
            { value: "graph", label: t("studio.rules.graph") },
          ]}
        />
      )}
      <JdmConfigProvider theme={theme}>
        {shown === "table" && only ? (
          <OneTable
            table={only.table}
            under={`/content/nodes/${only.index}/content`}
            findings={findings}
            locked={locked}
            write={(table) =>
              put({
                ...graph,
                nodes: graph.nodes.map((each, index) => (index === only.index ? { ...each, content: table } : each)),
              })
            }
          />
        ) : (
          <Drawn graph={graph} cases={cases} locked={locked} write={put} />
        )}
      </JdmConfigProvider>
    </div>
  );
}

type TableProps = {
  table: Table;
  under: string;
  findings: Finding[];
  locked: boolean;
  write: (table: Table) => void;
};

function OneTable({ table, under, findings, locked, write }: TableProps) {
  const { i18n } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const wordsOf = useCallback((each: Finding) => (i18n.language === "en" ? each.en : each.zh), [i18n.language]);
  useMarks(box, table, under, findings, wordsOf);
  const height = Math.min(560, HEAD_PX + ROW_PX * (table.rules.length + 2));
  return (
    <div ref={box} className="rules-table" data-testid="decision-table">
      <DecisionTable
        tableHeight={height}
        value={table as never}
        disabled={locked}
        colWidth={170}
        minColWidth={110}
        onChange={(next) => write({ ...table, ...(next as unknown as Table) })}
      />
    </div>
  );
}

type DrawnProps = { graph: Graph; cases: Content[]; locked: boolean; write: (graph: Graph) => void };

function Drawn({ graph, cases, locked, write }: DrawnProps) {
  const { t, i18n } = useTranslation();
  const [simulated, setSimulated] = useState<unknown>(undefined);
  const [running, setRunning] = useState(false);
  // What is tried begins with what the cases share, not with nothing.
  const shared = useMemo(() => JSON.stringify(bookOf(cases).base, undefined, 2), [cases]);
  const run = useCallback(
    async (content: unknown, context: unknown) => {
      setRunning(true);
      try {
        const body = { content, contexts: [context ?? {}] } as never;
        const answer = await told(api.POST("/api/v1/rules/simulations", { body }));
        const result = answer.results[0];
        const why = answer.findings[0]?.[i18n.language === "en" ? "en" : "zh"] ?? result?.error;
        setSimulated(
          why
            ? { error: { title: t("studio.rules.refused"), message: why, data: {} } }
            : { result: { performance: "", snapshot: content, trace: result?.trace, result: result?.result } },
        );
      } catch (error) {
        const why = words(error, i18n.language === "en" ? "en" : "zh") ?? t("shell.trouble.away");
        setSimulated({ error: { title: t("studio.rules.refused"), message: why, data: {} } });
      } finally {
        setRunning(false);
      }
    },
    [t, i18n.language],
  );
  const panels = useMemo(
    () => [
      {
        id: "simulator",
        title: t("studio.rules.simulator"),
        icon: <PlayCircleOutlined />,
        renderPanel: () => (
          <GraphSimulator
            loading={running}
            defaultRequest={shared}
            onClear={() => setSimulated(undefined)}
            onRun={({ graph: tried, context }) => run(tried, context)}
          />
        ),
      },
    ],
    [t, running, run, shared],
  );
  return (
    <div className="rules-graph">
      <DecisionGraph
        value={placed(graph) as never}
        disabled={locked}
        panels={panels}
        simulate={simulated as never}
        onChange={(next) => write(next as unknown as Graph)}
      />
    </div>
  );
}
