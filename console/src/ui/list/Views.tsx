import { Button, Input, Popover } from "antd";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Search } from "~/kit/addresses";
import type { List } from "~/ui/list/declaration";
import { KeptViews } from "~/ui/list/KeptViews";
import { alike, NAME_CHARS_MAX, useKept } from "~/ui/list/views";

type Props<Row> = { list: List<Row>; search: Search; narrow: (next: Search) => void };

/** Lists that people come back to: those that ship, one's own, and what others share. */
export const Views = memo(Shown) as typeof Shown;

function Shown<Row>({ list, search, narrow }: Props<Row>) {
  const { t } = useTranslation();
  const keeping = useKept(list.word);
  const { kept, keep } = keeping;
  const shipped = list.views ?? [];
  const own = kept.find((each) => alike(each.search as Search, search));
  const known = own || shipped.some((each) => alike(each.search, search));
  return (
    <nav className="views" aria-label={t("list.views")}>
      {shipped.map((each) => {
        const here = alike(each.search, search);
        return (
          <button key={each.key} type="button" aria-current={here || undefined} onClick={() => narrow(each.search)}>
            {each.label ?? t(each.title)}
          </button>
        );
      })}
      {kept.length > 0 && <KeptViews keeping={keeping} here={own} narrow={narrow} />}
      {!known && keeping.may && Object.keys(search).length > 0 && <Keep keep={(name) => keep(name, search)} />}
    </nav>
  );
}

function Keep({ keep }: { keep: (name: string) => void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const content = (
    <Input.Search
      autoFocus
      maxLength={NAME_CHARS_MAX}
      placeholder={t("list.view.name")}
      aria-label={t("list.view.name")}
      enterButton={t("list.view.keep")}
      onSearch={(name) => {
        if (!name.trim()) return;
        keep(name.trim());
        setOpened(false);
      }}
    />
  );
  return (
    <Popover trigger="click" open={opened} onOpenChange={setOpened} content={content} destroyOnHidden>
      <Button type="link" size="small">
        {t("list.view.keep_this")}
      </Button>
    </Popover>
  );
}
