import type { Look } from "~/ui/board/look";
import type { Card, Figure } from "~/ui/board/read";
import type { BoardWords } from "~/ui/board/words";

type Node = { name: string; value: string };
type Flow = { source: string; target: string; value: number; figure?: Figure };

/** What flows from the first groups of a card to the next ones. */
export function sankey(card: Card, words: BoardWords, look: Look): Record<string, unknown> {
  const by = card.by ?? [];
  const key = (place: number, each: string) => `${place} ${each}`;
  const nodes = new Map<string, Node>();
  const links = new Map<string, Flow>();
  for (const figure of card.figures ?? [])
    figure.groups.forEach((each, place) => {
      nodes.set(key(place, each), { name: key(place, each), value: words.group(by[place] ?? "", each) });
      if (place === 0) return;
      const source = key(place - 1, figure.groups[place - 1] ?? "");
      const target = key(place, each);
      const known = links.get(source + target);
      // The first flow is of a channel and a warehouse; what comes from several channels is no one figure.
      const partial = { ...figure, groups: figure.groups.slice(0, place + 1) };
      links.set(source + target, {
        source,
        target,
        value: (known?.value ?? 0) + (figure.value ?? 0),
        figure: place === 1 ? partial : known ? undefined : figure,
      });
    });
  const told = (each: { dataType: string; data: Node & Flow; value: number }) => {
    if (each.dataType !== "edge") return `${nodes.get(each.data.name)?.value}: ${words.value(card, each.value)}`;
    const [from, to] = [nodes.get(each.data.source)?.value, nodes.get(each.data.target)?.value];
    return `${from} → ${to}: ${words.value(card, each.value)}`;
  };
  return {
    type: "sankey",
    left: 8,
    right: 90,
    top: 8,
    bottom: 8,
    nodeGap: 10,
    nodeWidth: 12,
    lineStyle: { color: "gradient", opacity: 0.35 },
    label: { color: look.text, formatter: (each: { name: string }) => nodes.get(each.name)?.value ?? "" },
    tooltip: { formatter: told },
    data: [...nodes.values()].map(({ name }) => ({ name })),
    links: [...links.values()],
  };
}
