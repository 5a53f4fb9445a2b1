import { DownloadOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useMay } from "~/client/session";
import { PackBeside } from "~/features/studio/PackBeside";
import { useKinds } from "~/features/studio/read";
import { Part } from "~/ui/detail/DetailPage";
import "~/ui/detail/detail.css";
import "~/ui/list/list.css";
import "~/features/studio/studio.css";

/** Documents carried from one workspace to another: export, compare, take over. */
export default function Packs() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const may = useMay();
  const kinds = useKinds().data ?? [];
  const [chosen, setChosen] = useState<string[]>([]);
  const query = new URLSearchParams(chosen.map((each) => ["kind", each]));
  return (
    <section className="packs" aria-label={t("studio.packs.title")}>
      <header className="list-head">
        <h1>{t("studio.packs.title")}</h1>
      </header>
      <Part title="studio.packs.export">
        <p className="faint">{t("studio.packs.export_text")}</p>
        <div className="backtest-ask">
          <Select
            mode="multiple"
            style={{ minWidth: 260, maxWidth: "100%" }}
            aria-label={t("studio.column.kind")}
            placeholder={t("studio.packs.all")}
            value={chosen}
            onChange={setChosen}
            options={kinds.map((each) => ({
              value: each.name,
              label: language === "zh" ? each.label_zh : each.label_en,
            }))}
          />
          <Button type="primary" icon={<DownloadOutlined />} href={`/api/v1/packs/export?${query}`} download="pack.zip">
            {t("studio.packs.download")}
          </Button>
        </div>
      </Part>
      {may("documents:write") && <PackBeside />}
    </section>
  );
}
