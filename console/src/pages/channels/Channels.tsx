import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import { declare } from "~/features/channels/list";
import { ListPage } from "~/ui/list/ListPage";

/** The channels: how each does, since when and why; and the way to add one. */
export default function Channels() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const go = useNavigate();
  const may = useMay();
  const adds = may("channels:write") && may("documents:publish");
  const list = useMemo(
    () =>
      declare(
        t,
        language,
        adds && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => go({ to: "/channels/new" as never })}>
            {t("channels.new")}
          </Button>
        ),
      ),
    [t, language, adds, go],
  );
  return <ListPage list={list} />;
}
