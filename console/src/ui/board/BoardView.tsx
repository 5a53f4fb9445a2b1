import type { Board, Firing } from "~/ui/board/read";
import { Tile } from "~/ui/board/Tile";
import { useTheme } from "~/ui/board/theme";
import "~/ui/board/board.css";

// What draws is fetched while the figures are asked for; where it cannot be, whoever draws says so.
import("~/ui/board/Chart").catch(() => undefined);

/** Rows of cards; `name` is the board's where it is in force, so that figures lead to their orders. */
export function BoardView({ board, name, firing = [] }: { board: Board; name?: string; firing?: Firing[] }) {
  const theme = useTheme();
  return (
    <div className="board">
      {board.rows.map((cards, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a card is the place it stands at.
        <div className="board-row" key={row}>
          {cards.map((card, column) => (
            <Tile
              // biome-ignore lint/suspicious/noArrayIndexKey: a card is the place it stands at.
              key={column}
              card={card}
              theme={theme}
              at={board.at}
              spot={name ? { board: name, row, column } : undefined}
              firing={firing.filter((each) => each.document?.metric === card.metric && firstOf(board, card) === card)}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** An alert stands on the first card of its metric. */
function firstOf(board: Board, card: Board["rows"][number][number]) {
  return board.rows.flat().find((each) => each.metric === card.metric);
}
