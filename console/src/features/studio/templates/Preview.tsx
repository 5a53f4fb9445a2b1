import { useQuery } from "@tanstack/react-query";
import { Input, Segmented } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import type { Content } from "~/features/studio/read";
import { sampleOf } from "~/features/studio/templates/variables";
import { Part } from "~/ui/detail/DetailPage";
import { Trouble } from "~/ui/Trouble";

/** What people would read, of an order that is there: in both languages, by the way it reaches them. */
export function Preview({ content, cases }: { content: Content; cases: Content[] }) {
  const { t, i18n } = useTranslation();
  const [orderNo, setOrderNo] = useState("");
  const [way, setWay] = useState<"plain" | "robot">("plain");
  const body = useDeferredValue({ content, values: sampleOf(cases), order_no: orderNo.trim() });
  const asked = useQuery({
    queryKey: ["template", "preview", body],
    queryFn: ({ signal }) => told(api.POST("/api/v1/templates/preview", { body: body as never, signal })),
    placeholderData: (before) => before,
    retry: false,
  });
  const shown = asked.data?.told;
  const marked = way === "robot" && shown?.markdown?.zh;
  return (
    <Part
      title="studio.template.preview"
      end={
        <Segmented
          value={way}
          aria-label={t("studio.template.way")}
          onChange={setWay}
          options={(["plain", "robot"] as const).map((value) => ({ value, label: t(`studio.way.${value}`) }))}
        />
      }
    >
      <Input
        className="template-order"
        allowClear
        aria-label={t("studio.template.order")}
        placeholder={asked.data?.order_no || t("studio.template.order")}
        value={orderNo}
        onChange={(event) => setOrderNo(event.target.value)}
      />
      {asked.error && <Trouble error={asked.error} />}
      {(asked.data?.findings ?? []).map((each) => (
        <div key={each.path + each.zh} className="form-wrong form-error">
          {i18n.language === "en" ? each.en : each.zh}
        </div>
      ))}
      {shown && (
        <div className="template-shown">
          {(["zh", "en"] as const).map((language) => (
            <article key={language} lang={language} className={`bubble loud-${shown.level}`}>
              <b>{shown.title[language]}</b>
              <p>{marked ? shown.markdown?.[language] : shown.text[language]}</p>
            </article>
          ))}
        </div>
      )}
    </Part>
  );
}
