import { pieces } from "~/kit/times";
import { MAP, placeOf } from "~/ui/board/geometry";
import type { Look } from "~/ui/board/look";
import { type Card, counts, type Figure } from "~/ui/board/read";
import { sankey } from "~/ui/board/sankey";
import type { BoardWords } from "~/ui/board/words";

type Datum = { value: unknown; name?: string; figure?: Figure };
export type Options = Record<string, unknown>;

const COLOURS = ["#3b6fe0", "#17a57a", "#e0912f", "#9556d6", "#d8527c", "#2aa3bf", "#8a8f3a", "#7c6f64"];

/** So many points of a line are marked each. */
const POINTS_MARKED = 60;
/** So many columns have all their names, in so much of the drawing together: the scale stands beside them. */
const COLUMNS_NAMED = 5;
const NAMES_PART = 0.84;

const sumOf = (figures: Figure[]) => figures.reduce((sum, each) => sum + (each.value ?? 0), 0);

/** Names below a few columns all stand there, broken where they are long; of many, those that have room. */
const named = (columns: number, width: number) =>
  columns <= COLUMNS_NAMED ? { interval: 0, width: (NAMES_PART * width) / columns, overflow: "break" } : {};

/** What a card is drawn as, by ECharts; every datum keeps its figure, so that a click leads to its orders. */
export function options(card: Card, words: BoardWords, look: Look): Options {
  const figures = card.figures ?? [];
  const by = card.by ?? [];
  const name = (figure: Figure) => figure.groups.map((each, place) => words.group(by[place] ?? "", each)).join(" / ");
  const axis = {
    axisLabel: { color: look.faint },
    axisLine: { lineStyle: { color: look.rule } },
    axisTick: { show: false },
  };
  const value = {
    type: "value",
    minInterval: counts(card) ? 1 : 0,
    axisLabel: { color: look.faint, formatter: (each: number) => words.value(card, each).replace(/\.00$/, "") },
    splitLine: { lineStyle: { color: look.rule } },
  };
  const base: Options = {
    color: COLOURS,
    textStyle: { color: look.text, fontFamily: look.font },
    animationDuration: 200,
    tooltip: {
      confine: true,
      backgroundColor: look.panel,
      borderColor: look.rule,
      textStyle: { color: look.text },
      valueFormatter: (each: number) => words.value(card, each),
    },
    grid: { left: 8, right: 16, top: 30, bottom: 4, containLabel: true },
  };
  const bounds = {
    silent: true,
    symbol: "none",
    label: { color: look.faint, position: "insideEndTop", formatter: "{b}" },
    data: [
      ...(card.warn != null
        ? [{ yAxis: card.warn, name: words.value(card, card.warn), lineStyle: { color: look.warn } }]
        : []),
      ...(card.bad != null
        ? [{ yAxis: card.bad, name: words.value(card, card.bad), lineStyle: { color: look.bad } }]
        : []),
    ],
  };
  const times = pieces(
    figures.map((each) => each.bucket ?? ""),
    card.bucket,
  );
  const series = [...new Set(figures.map(name))];
  const cross = (group: string, at: string): Datum => {
    const figure = figures.find((each) => name(each) === group && (each.bucket ?? "") === at);
    return { value: figure?.value ?? (counts(card) || card.measure === "sum" ? 0 : null), figure };
  };
  switch (card.show) {
    case "line":
    case "bar": {
      if (!card.bucket)
        return {
          ...base,
          xAxis: {
            type: "category",
            data: series,
            ...axis,
            axisLabel: { color: look.faint, ...named(series.length, look.width) },
          },
          yAxis: value,
          series: [
            {
              type: "bar",
              barMaxWidth: 36,
              markLine: bounds,
              data: figures.map((figure) => ({ value: figure.value, figure })),
            },
          ],
        };
      return {
        ...base,
        tooltip: { ...(base.tooltip as object), trigger: "axis" },
        legend: series.length > 1 ? { type: "scroll", top: 0, textStyle: { color: look.text } } : undefined,
        xAxis: { type: "category", data: times.map((at) => words.time(at, card.bucket)), ...axis },
        yAxis: value,
        series: series.map((group, place) => ({
          type: card.show,
          name: group || words.unit(card),
          symbol: "circle",
          symbolSize: 6,
          connectNulls: true,
          showSymbol: times.length <= POINTS_MARKED,
          stack: card.show === "bar" ? "all" : undefined,
          barMaxWidth: 28,
          areaStyle: series.length === 1 ? { opacity: 0.12 } : undefined,
          markLine: place === 0 ? bounds : undefined,
          data: times.map((at) => cross(group, at)),
        })),
      };
    }
    case "rank": {
      const sorted = [...figures].sort((one, other) => (one.value ?? 0) - (other.value ?? 0)).slice(-12);
      return {
        ...base,
        grid: { left: 8, right: 48, top: 4, bottom: 4, containLabel: true },
        xAxis: { ...value, show: false },
        yAxis: {
          type: "category",
          data: sorted.map(name),
          ...axis,
          axisLabel: { color: look.text, width: 130, overflow: "truncate" },
        },
        series: [
          {
            type: "bar",
            barMaxWidth: 20,
            label: {
              show: true,
              position: "right",
              color: look.text,
              formatter: (each: { value: number }) => words.value(card, each.value),
            },
            data: sorted.map((figure) => ({ value: figure.value, figure })),
          },
        ],
      };
    }
    case "funnel": {
      const rank = (figure: Figure) => words.track.indexOf(figure.groups[0] ?? "");
      const steps = [...figures].sort((one, other) => rank(one) - rank(other));
      return {
        ...base,
        series: [
          {
            type: "funnel",
            sort: "none",
            left: "6%",
            right: "6%",
            top: 6,
            bottom: 6,
            gap: 3,
            minSize: "18%",
            itemStyle: { borderColor: look.panel },
            label: {
              position: "inside",
              color: "#fff",
              textBorderColor: "rgba(0,0,0,.45)",
              textBorderWidth: 2,
              formatter: (each: { name: string; value: number }) => `${each.name} ${words.value(card, each.value)}`,
            },
            data: steps.map((figure) => ({ name: name(figure), value: figure.value ?? 0, figure })),
          },
        ],
      };
    }
    case "heat": {
      const across = card.bucket ? times : [...new Set(figures.map((each) => each.groups[1] ?? ""))];
      const label = (key: string) => (card.bucket ? words.time(key, card.bucket) : words.group(by[1] ?? "", key));
      const down = [...new Set(figures.map((each) => each.groups[0] ?? ""))];
      const most = Math.max(1, ...figures.map((each) => each.value ?? 0));
      return {
        ...base,
        grid: { left: 8, right: 8, top: 4, bottom: 40, containLabel: true },
        xAxis: { type: "category", data: across.map(label), ...axis },
        yAxis: { type: "category", data: down.map((each) => words.group(by[0] ?? "", each)), ...axis },
        visualMap: {
          min: 0,
          max: most,
          orient: "horizontal",
          left: "center",
          bottom: 0,
          itemHeight: 80,
          itemWidth: 10,
          textStyle: { color: look.faint },
          inRange: { color: [look.panel, ...look.ramp] },
        },
        series: [
          {
            type: "heatmap",
            itemStyle: { borderColor: look.rule, borderWidth: 1 },
            data: figures.map((figure) => ({
              figure,
              value: [
                across.indexOf(card.bucket ? (figure.bucket ?? "") : (figure.groups[1] ?? "")),
                down.indexOf(figure.groups[0] ?? ""),
                figure.value ?? 0,
              ],
            })),
          },
        ],
      };
    }
    case "map": {
      const most = Math.max(1, ...figures.map((each) => each.value ?? 0));
      return {
        ...base,
        visualMap: {
          min: 0,
          max: most,
          left: 4,
          bottom: 4,
          itemHeight: 70,
          itemWidth: 10,
          textStyle: { color: look.faint },
          inRange: { color: look.ramp },
        },
        series: [
          {
            type: "map",
            map: MAP,
            roam: false,
            top: 8,
            bottom: 8,
            selectedMode: false,
            itemStyle: { areaColor: look.rule, borderColor: look.faint, borderWidth: 0.4 },
            emphasis: { label: { show: true, color: look.text }, itemStyle: { areaColor: "#f0b84d" } },
            data: figures
              .filter((each) => each.groups[0])
              .map((figure) => ({ name: placeOf(figure.groups[0] ?? ""), value: figure.value ?? 0, figure })),
          },
        ],
      };
    }
    case "sankey":
      return { ...base, series: [sankey(card, words, look)] };
    default:
      return { ...base, series: [], title: { text: String(sumOf(figures)) } };
  }
}
