import type { Look } from "~/ui/board/options";
import type { Card, Figure } from "~/ui/board/read";
import type { BoardWords } from "~/ui/board/words";

type Datum = { value: unknown; name?: string };

/** What flows from the first groups of a card to the next ones. */
export function sankey(card: Card, words: BoardWords, look: Look): Record<string, unknown> {
  const figures = card.figures ?? [];
  const by = card.by ?? [];
      const key = (place: number, each: string) => `${place}\u0000${each}`;
      const nodes = new Map<string, Datum & { itemStyle?: object }>();
      const links = new Map<string, { source: string; target: string; value: number; figure?: Figure }>();
      for (const figure of figures)
        figure.groups.forEach((each, place) => {
          nodes.set(key(place, each), { name: key(place, each), value: words.group(by[place] ?? "", each) });
          if (place === 0) return;
          const [source, target] = [key(place - 1, figure.groups[place - 1] ?? ""), key(place, each)];
          const known = links.get(source + target);
          const link = known ?? {
            source,
            target,
            value: 0,
            figure: { ...figure, groups: figure.groups.slice(0, place + 1) },
          };
          // What comes from several channels is no one figure.
          if (place > 1) link.figure = known ? undefined : figure;
          links.set(source + target, { ...link, value: link.value + (figure.value ?? 0) });
        });
      return 
            type: "sankey",
            left: 8,
            right: 90,
            top: 8,
            bottom: 8,
            nodeGap: 10,
            nodeWidth: 12,
            lineStyle: color: "gradient", opacity: 0.35 ,
            label: color: look.text, formatter: (each: data: Datum ) => String(each.data.value) ,
            tooltip: 
              formatter: (each: {
                dataType: string;
                data: Datum & { source: string; target: string };
                value: number;
              }) =>
                each.dataType === "edge"
                  ? `${nodes.get(each.data.source)?.value} → ${nodes.get(each.data.target)?.value}: ${words.value(card, each.value)}`
                  : String(each.data.value),,
            data: [...nodes.values()].map((name: id, value: told ) => (name: id, value: told )),
            links: [...links.values()],;
}
