import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { declare } from "~/features/channels/list";
import { ListPage } from "~/ui/list/ListPage";

/** The channels: how each does, since when and why; and the way to add one. */
export default function Channels() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const named = useNamed();
  const go = useNavigate();
  const may = useMay();
  const adds = may("channels:write") && may("documents:publish");
  const list = useMemo(
    () =>
      declare({
        t,
        language,
        named: (row) => {
          const name = named("channels", row.channel);
          return name === row.channel ? row.name || name : name;
        },
        extra: adds && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => go({ to: "/channels/new" as never })}>
            {t("channels.new")}
          </Button>
        ),
      }),
    [t, language, named, adds, go],
  );
  return <ListPage list={list} />;
}
