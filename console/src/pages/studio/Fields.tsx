import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Select, Spin } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { useOwn, useSubject } from "~/features/studio/designer/own";
import { FieldTable } from "~/features/studio/dictionary/FieldTable";
import { titleOf } from "~/features/studio/list";
import { all } from "~/features/studio/read";
import { Trouble } from "~/ui/Trouble";
import "~/ui/list/list.css";
import "~/features/studio/studio.css";
import "~/features/studio/dictionary/dictionary.css";

const SUBJECTS = ["order", "line", "customer", "sku", "shipment"];

/** The data dictionary: what everything consists of, subject by subject. */
export default function Fields() {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const go = useNavigate();
  const [subject, setSubject] = useState("order");
  const rows = useQuery({ queryKey: ["documents", "fields"], queryFn: ({ signal }) => all("fields", signal) });
  const types = (rows.data ?? []).filter((each) => !SUBJECTS.includes(each.name) && !each.retired_at);
  return (
    <section className="dictionary-page" aria-label={t("dictionary.title")}>
      <header className="list-head">
        <h1>{t("dictionary.title")}</h1>
      </header>
      <div className="dictionary-subjects">
        <Select
          aria-label={t("dictionary.subject")}
          className="dictionary-subject"
          value={subject}
          onChange={setSubject}
          options={[
            ...SUBJECTS.map((value) => ({ value, label: t(`dictionary.subject.${value}`) })),
            ...types.map((each) => ({ value: each.name, label: titleOf(each, language) })),
          ]}
        />
        <div className="grow" />
        <Button icon={<PlusOutlined />} onClick={() => go({ to: "/studio/fields/record_type" as never })}>
          {t("dictionary.type.new")}
        </Button>
        <Button type="primary" icon={<EditOutlined />} onClick={() => go({ to: `/studio/fields/${subject}` as never })}>
          {t("dictionary.edit")}
        </Button>
      </div>
      <One key={subject} subject={subject} />
    </section>
  );
}

function One({ subject }: { subject: string }) {
  const asked = useSubject(subject);
  const own = useOwn(subject, true);
  if (asked.error) return <Trouble error={asked.error} again={() => asked.refetch()} />;
  if (!asked.data || own.pending) return <Spin />;
  return <FieldTable subject={subject} builtIn={asked.data.built_in} own={own.fields} uses={asked.data.uses} />;
}
