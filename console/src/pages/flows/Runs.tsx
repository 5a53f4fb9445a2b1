import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { useMay } from "~/client/session";
import { declare } from "~/features/flows/list";
import { ListPage } from "~/ui/list/ListPage";

/** Runs of flows: where they wait, which failed; ended here, many at once. */
export default function Runs() {
  const { t } = useTranslation();
  const may = useMay()("outbox:read");
  const names = useNames();
  const { language } = useLanguage();
  const list = useMemo(() => {
    const extra = may && (
      <Link to={"/flows/letters" as never}>
        <Button tabIndex={-1}>{t("flows.runs.dead")}</Button>
      </Link>
    );
    return declare({ t, extra, names, language });
  }, [t, may, names, language]);
  return <ListPage list={list} />;
}
