import { Input } from "antd";
import { useTranslation } from "react-i18next";
import type { BoardContent } from "~/features/studio/board/model";
import { Fact } from "~/features/studio/dictionary/FieldFacts";

type Props = { board: BoardContent; locked: boolean; write: (board: BoardContent) => void };

/** What the board is called. */
export function BoardFacts({ board, locked, write }: Props) {
  const { t } = useTranslation();
  return (
    <div className="properties">
      <h3>{t("board.design.whole")}</h3>
      <Titles value={board.title} locked={locked} write={(title) => write({ ...board, title })} />
      <p className="faint">{t("board.design.how")}</p>
    </div>
  );
}

type Named = { zh: string; en: string };
type TitlesProps = { value?: Named; hint?: Partial<Named>; locked: boolean; write: (next: Named) => void };

/** A title in both languages. */
export function Titles({ value, hint, locked, write }: TitlesProps) {
  const { t } = useTranslation();
  const now = { zh: value?.zh ?? "", en: value?.en ?? "" };
  return (["zh", "en"] as const).map((each) => (
    <Fact key={each} label={t(`dictionary.${each}`)}>
      <Input
        aria-label={t(`dictionary.${each}`)}
        disabled={locked}
        maxLength={100}
        placeholder={hint?.[each]}
        value={now[each]}
        onChange={(event) => write({ ...now, [each]: event.target.value })}
      />
    </Fact>
  ));
}
