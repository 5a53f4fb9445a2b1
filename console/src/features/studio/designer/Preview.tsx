import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useLanguage } from "~/client/language";
import type { components } from "~/client/schema";
import type { FormContent } from "~/features/studio/designer/model";
import type { Content } from "~/features/studio/read";
import type { Language } from "~/kit/texts";
import { beginning, called, type Lookups, problemsOf, stated, type Values } from "~/ui/form/definition";
import { Form } from "~/ui/form/Form";
import { Trouble } from "~/ui/Trouble";

type Props = { form: FormContent; own: Content };
type Tried = components["schemas"]["orderloom.api.forms.Tried"];
type Size = "phone" | "desk";
const SETTLE_MS = 350;
const FOUND = 8;

/** What people mean by a word, of those who may look: goods and customers by number or name. */
const LOOKUPS: Lookups = {
  skus: async (text) =>
    (await told(api.GET("/api/v1/skus", { params: { query: { text, count: FOUND } } }))).rows.map((each) => ({
      value: each.sku,
      label: each.name || each.sku,
      beside: each.sku,
    })),
  customers: async (text) =>
    (await told(api.GET("/api/v1/customers", { params: { query: { text, count: FOUND } } }))).rows.map((each) => ({
      value: each.customer_no,
      label: each.name || each.customer_no,
      beside: each.customer_no,
    })),
};

/** The form as people will see it, on a phone or a desk, in either language; the server says what is wrong with what is filled in. */
export function Preview({ form, own }: Props) {
  const { t } = useTranslation();
  const screen = useLanguage().language;
  const [size, setSize] = useState<Size>("phone");
  const [language, setLanguage] = useState<Language>(screen);
  const [values, setValues] = useState<Values>({});
  const [asking, setAsking] = useState(false);
  const whole = JSON.stringify({ content: form, fields: own, values: stated(values) });
  const [settled, setSettled] = useState(whole);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(whole), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [whole]);
  const asked = useQuery<Tried>({
    queryKey: ["form", "try", settled],
    retry: false,
    placeholderData: (before) => before,
    queryFn: ({ signal }) => told(api.POST("/api/v1/forms/try", { body: JSON.parse(settled), signal })),
  });
  const shown = asked.data;
  const given = shown ? { ...beginning(shown.form), ...values } : values;
  const problems = asking && shown ? problemsOf(shown.errors, language) : {};
  return (
    <div className="preview" data-testid="preview">
      <div className="preview-head">
        <Segmented
          value={size}
          onChange={setSize}
          options={(["phone", "desk"] as const).map((value) => ({ value, label: t(`designer.size.${value}`) }))}
        />
        <Segmented
          value={language}
          onChange={setLanguage}
          options={(["zh", "en"] as const).map((value) => ({ value, label: t(`shell.language.${value}`) }))}
        />
        <Button
          type="text"
          onClick={() => {
            setValues({});
            setAsking(false);
          }}
        >
          {t("designer.preview.clear")}
        </Button>
      </div>
      {asked.error && <Trouble error={asked.error} again={() => asked.refetch()} />}
      {shown && (
        <div className={`preview-screen preview-${size}`}>
          <h2>{called(form, language)}</h2>
          <Form
            form={shown.form}
            values={given}
            language={language}
            problems={problems}
            hidden={shown.hidden}
            lookups={LOOKUPS}
            onChange={setValues}
          >
            <Button type="primary" block={size === "phone"} onClick={() => setAsking(true)}>
              {t("designer.preview.send")}
            </Button>
            {asking && shown.errors.length === 0 && (
              <p className="preview-good" role="status">
                {t("designer.preview.good")}
              </p>
            )}
          </Form>
        </div>
      )}
    </div>
  );
}
