type Props = { on: boolean; some?: boolean; label: string; turn: (whole: boolean) => void };

/** A box to tick, the browser's own: a list has hundreds. Turned with Shift it means all from the last one on. */
export function Tick({ on, some = false, label, turn }: Props) {
  return (
    <input
      type="checkbox"
      className="tick"
      aria-label={label}
      checked={on}
      ref={(box) => {
        if (box) box.indeterminate = some;
      }}
      onChange={(event) => turn((event.nativeEvent as MouseEvent).shiftKey)}
      onClick={(event) => event.stopPropagation()}
    />
  );
}
