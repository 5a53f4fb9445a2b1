import { BarChart, FunnelChart, HeatmapChart, LineChart, MapChart, SankeyChart } from "echarts/charts";
import {
  GeoComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { type ECharts, init, registerMap, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { geometry, MAP } from "~/ui/board/geometry";
import type { Look } from "~/ui/board/look";
import { options } from "~/ui/board/options";
import type { Card, Figure } from "~/ui/board/read";
import type { BoardWords } from "~/ui/board/words";

use([BarChart, FunnelChart, HeatmapChart, LineChart, MapChart, SankeyChart, CanvasRenderer]);
use([GeoComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent]);
registerMap(MAP, geometry() as never);

type Props = { card: Card; words: BoardWords; theme: string; open: (figure: Figure) => void; label: string };

function lookOf(element: HTMLElement): Look {
  const style = getComputedStyle(element);
  const told = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    font: style.fontFamily,
    width: element.clientWidth,
    text: told("text"),
    faint: told("faint"),
    rule: told("rule"),
    panel: told("panel"),
    mark: told("mark"),
    warn: told("badge-warn-text"),
    bad: told("late"),
    // What is more stands out more: darker on light, lighter on dark.
    ramp:
      element.ownerDocument.documentElement.dataset.theme === "dark"
        ? ["#26395f", "#3b6fe0", "#a9c4fb"]
        : ["#dbe6fd", "#8fb0f4", "#2f5fd0"],
  };
}

/** A card as a drawing; a click on what is drawn opens its orders. */
export default function Chart({ card, words, theme, open, label }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<ECharts>(null);
  const opening = useRef(open);
  opening.current = open;
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current);
    drawn.current = chart;
    chart.on("click", (event) => {
      const figure = (event.data as { figure?: Figure } | undefined)?.figure;
      if (figure) opening.current(figure);
    });
    const watcher = new ResizeObserver(() => chart.resize());
    watcher.observe(place.current);
    return () => {
      watcher.disconnect();
      chart.dispose();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read from the page.
  useEffect(() => {
    if (place.current && drawn.current)
      drawn.current.setOption(options(card, words, lookOf(place.current)) as never, { notMerge: true });
  }, [card, words, theme]);
  return <div ref={place} className="chart" role="img" aria-label={label} />;
}
