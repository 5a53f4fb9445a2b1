import { Grid } from "antd";
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { About } from "~/features/studio/flow/About";
import { Canvas } from "~/features/studio/flow/Canvas";
import { placed, useEditing } from "~/features/studio/flow/editing";
import { changed, type Drawing, drawingOf, exitOf, joined } from "~/features/studio/flow/model";
import { Palette } from "~/features/studio/flow/Palette";
import { Panel } from "~/features/studio/flow/Panel";
import { useComponents, useStanding } from "~/features/studio/flow/read";
import { Side } from "~/features/studio/flow/Side";
import { Steps } from "~/features/studio/flow/Steps";
import { useSaying } from "~/features/studio/flow/saying";
import { Tools } from "~/features/studio/flow/Tools";
import { Trial, useTrial } from "~/features/studio/flow/Trial";
import { useUndoing } from "~/features/studio/flow/undoing";
import { Problems } from "~/features/studio/Problems";
import type { Content, Finding } from "~/features/studio/read";
import "~/features/studio/flow/flow.css";

type Props = {
  name: string;
  version: number;
  content: Content;
  cases: Content[];
  findings: Finding[];
  checked: { publishable: boolean } | null;
  locked: boolean;
  write: (content: Content) => void;
  /** What stands at the end of the tools. */
  end: ReactNode;
};

/** A flow as people draw it: palette, canvas or list of steps, what the chosen step says, and a try of it all. */
export default function Flow({ name, version, content, cases, findings, checked, locked, write, end }: Props) {
  const wide = Grid.useBreakpoint().lg ?? true;
  const of = String(content.of ?? "order");
  const components = useComponents(of).data;
  const saying = useSaying(components);
  const drawing = useMemo(() => drawingOf(content), [content]);
  const { put, ...history } = useUndoing(content, write);
  const [chosen, setChosen] = useState<string[]>([]);
  const [wanted, setWanted] = useState<"canvas" | "steps">();
  const [fitting, setFitting] = useState(0);
  const [told, setTold] = useState(false);
  const view = wanted ?? (wide ? "canvas" : "steps");
  const standing = useStanding(name, version > 0).data;
  const trial = useTrial({ name, content, drawing });
  const draw = useCallback(
    (next: Drawing, what = "") => put({ ...content, nodes: next.nodes, edges: next.edges }, what),
    [content, put],
  );
  const { add, remove, cut, take, paste, arrange } = useEditing({
    ...{ drawing, draw, of, chosen, setChosen, locked, history },
    bring: () => setFitting((each) => each + 1),
  });
  // What a check found wrong is shown at once.
  const errors = checked?.publishable === false;
  useEffect(() => {
    if (errors) setTold(true);
  }, [errors]);
  const levels = useMemo(() => levelsOf(findings, drawing), [findings, drawing]);
  const waiting = useMemo(() => {
    const told = new Map<string, number>();
    for (const each of standing ?? []) told.set(each.node, (told.get(each.node) ?? 0) + each.runs);
    return told;
  }, [standing]);
  const index = chosen.length === 1 ? drawing.nodes.findIndex((each) => each.id === chosen[0]) : -1;
  const step = drawing.nodes[index];
  const panel = step && (
    <Panel
      key={step.id}
      {...{ step, index, of, components, findings, locked, saying }}
      write={(next) => draw(changed(drawing, step, next), step.id)}
      rename={(id) => {
        if (id === step.id || !/^[A-Za-z][\w-]{0,63}$/.test(id) || drawing.nodes.some((each) => each.id === id)) return;
        draw(changed(drawing, step, { ...step, id }));
        setChosen([id]);
      }}
      copy={() => {
        take([step.id]);
        paste();
      }}
      remove={() => remove([step.id])}
    />
  );
  return (
    <div className="flow" data-testid="flow">
      <About content={content} locked={locked} write={(next) => put(next, "about")} />
      <Tools
        {...{ view, locked, history, arrange, name }}
        look={setWanted}
        trying={trial.open}
        turn={() => {
          trial.turn();
          setFitting((each) => each + 1);
        }}
        problems={{ count: findings.length, open: told, turn: () => setTold(!told) }}
        end={end}
        waiting={(standing ?? []).reduce((sum, each) => sum + each.runs, 0)}
      />
      <div className={`flow-work ${view}`}>
        {view === "canvas" && wide && !locked && !trial.open && <Palette add={(kind) => add(kind)} />}
        {view === "canvas" ? (
          <Canvas
            {...{ drawing, saying, chosen, levels, fitting }}
            choose={setChosen}
            marks={trial.marks}
            taken={trial.taken}
            waiting={trial.open ? undefined : waiting}
            edit={
              locked
                ? undefined
                : {
                    move: (spots) => draw(placed(drawing, spots), "move"),
                    join: (from, exit, to) => draw(joined(drawing, from, exit, to)),
                    cut,
                    drop: (kind, spot) => add(kind, spot),
                  }
            }
          />
        ) : (
          <Steps
            {...{ drawing, saying, chosen, levels, waiting, locked, marks: trial.marks }}
            choose={(id) => setChosen([id])}
            add={(kind, after) => add(kind, undefined, after)}
            lead={(from, exit, to) => {
              const rest = drawing.edges.filter(
                (each) => !(each.from === from && exitOf(each, drawing.nodes) === exit),
              );
              const bare = { ...drawing, edges: rest };
              draw(to ? joined(bare, from, exit, to) : bare);
            }}
          />
        )}
        {trial.open ? (
          <Side wide={wide} close={trial.turn} what="try">
            <Trial {...{ trial, drawing, saying, of, cases, choose: setChosen }} />
          </Side>
        ) : told ? (
          <Side wide={wide} close={() => setTold(false)} what="problems">
            <Problems
              findings={findings}
              checked={checked}
              show={(each) => {
                const node = drawing.nodes[Number(/^\/nodes\/(\d+)/.exec(each.path)?.[1] ?? -1)];
                if (node) setChosen([node.id]);
                if (node) setTold(false);
              }}
            />
          </Side>
        ) : (
          panel && (
            <Side wide={wide} close={() => setChosen([])} what="panel">
              {panel}
            </Side>
          )
        )}
      </div>
    </div>
  );
}

function levelsOf(findings: Finding[], { nodes }: Drawing): Map<string, "error" | "warning"> {
  const told = new Map<string, "error" | "warning">();
  for (const each of findings) {
    const at = /^\/nodes\/(\d+)/.exec(each.path);
    const node = at && nodes[Number(at[1])];
    if (node && told.get(node.id) !== "error") told.set(node.id, each.level === "error" ? "error" : "warning");
  }
  return told;
}
