import { Button, Space } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Doing as Asking } from "~/ui/list/Doing";
import type { Action, List } from "~/ui/list/declaration";

// Its form weighs as much as the list itself: it comes when somebody has chosen rows.
const load = () => import("~/ui/list/Doing");
const Doing = lazy(async () => ({ default: (await load()).Doing })) as unknown as typeof Asking;

type Props<Row> = {
  list: List<Row>;
  actions: Action<Row>[];
  picked: Row[];
  clear: () => void;
  done: () => void;
};

/** What can be done with the rows that are chosen, and how many they are. */
export function BulkBar<Row>({ list, actions, picked, clear, done }: Props<Row>) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<Action<Row> | null>(null);
  useEffect(() => {
    load().catch(() => undefined);
  }, []);
  return (
    <div className="bulk" role="toolbar" aria-label={t("list.bulk")}>
      <b>{t("list.chosen", { count: picked.length })}</b>
      <Space size={4} wrap>
        {actions.map((each) => {
          const Icon = each.icon;
          return (
            <Button
              key={each.key}
              size="small"
              danger={each.danger}
              icon={<Icon aria-hidden />}
              onClick={() => setDoing(each)}
            >
              {t(each.title)}
            </Button>
          );
        })}
        <Button size="small" type="link" onClick={clear}>
          {t("list.choose_none")}
        </Button>
      </Space>
      {doing && (
        <Suspense>
          <Doing
            action={doing}
            rows={picked}
            nameOf={list.nameOf ?? list.keyOf}
            close={(changed) => {
              setDoing(null);
              if (changed) {
                clear();
                done();
              }
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
