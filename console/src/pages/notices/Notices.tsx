import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { declare } from "~/features/notices/list";
import { useMark } from "~/features/notices/read";
import { ListPage } from "~/ui/list/ListPage";

/** What one was told: by name, by role, by warehouse. */
export default function Notices() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const mark = useMark();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `mark` always does the same.
  const list = useMemo(() => {
    const extra = <Button onClick={() => mark()}>{t("notices.all_seen")}</Button>;
    return declare({ t, language, mark, extra });
  }, [t, language]);
  return <ListPage list={list} />;
}
