import { UploadOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNames } from "~/client/names";
import { useMay } from "~/client/session";
import { declare } from "~/features/imports/list";
import { useActor } from "~/ui/actors";
import { ListPage } from "~/ui/list/ListPage";

/** The files that came, and the way to bring another. */
export default function Imports() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const names = useNames();
  const actor = useActor();
  const go = useNavigate();
  const brings = useMay()("imports:write");
  const list = useMemo(() => {
    const extra = brings && (
      <Button type="primary" icon={<UploadOutlined />} onClick={() => go({ to: "/imports/new" as never })}>
        {t("imports.new")}
      </Button>
    );
    return declare({ t, names, language, actor, extra });
  }, [t, names, language, actor, brings, go]);
  return <ListPage list={list} />;
}
