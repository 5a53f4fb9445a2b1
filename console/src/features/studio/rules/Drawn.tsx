import { DecisionGraph, GraphSimulator, JdmConfigProvider } from "@gorules/jdm-editor";
import "@gorules/jdm-editor/dist/style.css";
import { PlayCircleOutlined } from "@ant-design/icons";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { words } from "~/client/problems";
import type { Content } from "~/features/studio/read";
import { bookOf } from "~/features/studio/rules/cases";
import { type Graph, placed } from "~/features/studio/rules/graph";

type DrawnProps = { graph: Graph; cases: Content[]; locked: boolean; write: (graph: Graph) => void };

/** The graph that a table is a part of, to be drawn and tried. */
export default function Drawn({ graph, cases, locked, write }: DrawnProps) {
  const { t, i18n } = useTranslation();
  const theme = { mode: (document.documentElement.dataset.theme === "dark" ? "dark" : "light") as "dark" | "light" };
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
    <JdmConfigProvider theme={theme}>
      <div className="rules-graph">
        <DecisionGraph
          value={placed(graph) as never}
          disabled={locked}
          panels={panels}
          simulate={simulated as never}
          onChange={(next) => write(next as unknown as Graph)}
        />
      </div>
    </JdmConfigProvider>
  );
}
