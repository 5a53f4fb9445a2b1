import { Input } from "antd";
import { useState } from "react";
import { goods, kept } from "~/ui/rules/cells";

type Props = { label: string; cell: string; locked: boolean; put: (cell: string) => void };

/** Goods with their numbers, typed as people write them; taken over when one goes on, else as it was. */
export function Goods({ label, cell, locked, put }: Props) {
  const [typed, setTyped] = useState<string>();
  const told = goods(cell) ?? "";
  const leave = () => {
    const next = typed === undefined ? undefined : kept(typed);
    if (next !== undefined && typed !== told) put(next);
    setTyped(undefined);
  };
  return (
    <Input
      variant="borderless"
      aria-label={label}
      disabled={locked}
      title={told}
      value={typed ?? told}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={leave}
      onPressEnter={leave}
    />
  );
}
