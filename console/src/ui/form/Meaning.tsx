import { AutoComplete, Input } from "antd";
import { useContext, useEffect, useState } from "react";
import type { Meant } from "~/ui/form/definition";
import { FormHouse, type Inner, text } from "~/ui/form/house";

const SETTLE_MS = 300;

/** Something by its number: found by words where there is somebody to ask. */
export function Meaning({ of, shared, ask }: Inner & { ask: ((words: string) => Promise<Meant[]>) | undefined }) {
  const [found, setFound] = useState<Meant[]>([]);
  const t = useContext(FormHouse)?.t;
  const typed = text(of.value);
  useEffect(() => {
    if (!ask || typed.trim() === "") return;
    let gone = false;
    const timer = setTimeout(() => {
      ask(typed.trim()).then(
        (next) => !gone && setFound(next),
        () => !gone && setFound([]),
      );
    }, SETTLE_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [ask, typed]);
  const options = found.map((each) => ({
    value: each.value,
    label: (
      <span className="fill-meant">
        <span>{each.label}</span>
        {each.beside && <span className="faint figure">{each.beside}</span>}
      </span>
    ),
  }));
  const chosen = found.find((each) => each.value === typed);
  const label = chosen?.label;
  return (
    <div className="fill-meaning">
      <AutoComplete {...shared} className="fill-all" value={typed} options={options} onChange={of.write}>
        <Input aria-label={of.label} maxLength={200} placeholder={ask && t?.("form.look_up")} />
      </AutoComplete>
      {label && label !== typed && (
        <span className="faint fill-note">{[label, chosen.beside].filter(Boolean).join(" · ")}</span>
      )}
    </div>
  );
}
