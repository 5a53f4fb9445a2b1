import { Segmented, Spin } from "antd";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Content, Finding } from "~/features/studio/read";
import { type Graph, graphOf, onlyTable } from "~/features/studio/rules/graph";
import { Sheet } from "~/features/studio/rules/Sheet";
import "~/features/studio/rules/rules.css";

// The graph's editor is large: only who asks for the graph waits for it.
const Drawn = lazy(() => import("~/features/studio/rules/Drawn"));

type Props = {
  content: Content;
  cases: Content[];
  findings: Finding[];
  locked: boolean;
  write: (content: Content) => void;
};

/** A decision table, or the graph that it is a part of. */
export function Rules({ content, cases, findings, locked, write }: Props) {
  const { t, i18n } = useTranslation();
  const graph = useMemo(() => graphOf(content), [content]);
  const only = useMemo(() => onlyTable(graph), [graph]);
  const [wanted, setWanted] = useState<"table" | "graph">("table");
  const shown = only ? wanted : "graph";
  const put = useCallback((next: Graph) => write({ ...content, content: next }), [content, write]);
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
      {shown === "table" && only ? (
        <Sheet
          point={String(content.point ?? "")}
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
        <Suspense fallback={<Spin />}>
          <Drawn graph={graph} cases={cases} locked={locked} write={put} />
        </Suspense>
      )}
    </div>
  );
}
