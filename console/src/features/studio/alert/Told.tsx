import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Notify } from "~/features/studio/alert/model";
import { useAudiences } from "~/features/studio/alert/saying";
import { within } from "~/features/studio/findings";
import { useDocuments, useMessengers } from "~/features/studio/flow/read";
import { Wrong } from "~/features/studio/form/parts";
import type { Finding } from "~/features/studio/read";

const TOLD_MAX = 20;

type Props = { value: Notify[]; findings: Finding[]; locked: boolean; write: (next: Notify[]) => void };

/** Who is told, by what beside the inbox, in which words. */
export function Told({ value, findings, locked, write }: Props) {
  const { t } = useTranslation();
  const audiences = useAudiences();
  const templates = useDocuments("template");
  const messengers = useMessengers().map((each) => each.name);
  const at = (index: number, part: Partial<Notify>) =>
    write(value.map((each, other) => (other === index ? { ...each, ...part } : each)));
  return (
    <fieldset className="conditions" aria-label={t("alerts.told")}>
      {value.map((each, index) => {
        const path = `/notify/${index}`;
        const ways = [...new Set([...messengers, ...(each.messenger ? [each.messenger] : [])])];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are their places.
          <div key={index} className="told-line" data-path={path}>
            <AutoComplete
              aria-label={`${t("alerts.to")} ${index + 1}`}
              placeholder={t("alerts.to")}
              disabled={locked}
              value={each.to}
              options={audiences}
              showSearch={{
                filterOption: (typed, option) =>
                  `${option?.value} ${option?.label}`.toLowerCase().includes(typed.toLowerCase()),
              }}
              onChange={(to) => at(index, { to: to ?? "" })}
            />
            <Select
              aria-label={`${t("alerts.by")} ${index + 1}`}
              disabled={locked}
              value={each.messenger ?? ""}
              options={[
                { value: "", label: t("alerts.by.inbox") },
                ...ways.map((name) => ({ value: name, label: t("alerts.by.too", { name }) })),
              ]}
              onChange={(messenger) => at(index, { messenger })}
            />
            <Select
              aria-label={`${t("alerts.template")} ${index + 1}`}
              disabled={locked}
              showSearch={{ optionFilterProp: "label" }}
              value={each.template ?? ""}
              options={[{ value: "", label: t("alerts.template.own") }, ...templates]}
              onChange={(template) => at(index, { template })}
            />
            {!locked && (
              <Button
                type="text"
                icon={<DeleteOutlined />}
                disabled={value.length === 1}
                aria-label={`${t("form.remove")} ${t("alerts.to")} ${index + 1}`}
                onClick={() => write(value.filter((_, other) => other !== index))}
              />
            )}
            <Wrong wrong={within(findings, path)} />
          </div>
        );
      })}
      {!locked && value.length < TOLD_MAX && (
        <Button
          className="condition-add"
          type="dashed"
          icon={<PlusOutlined />}
          onClick={() => write([...value, { to: "" }])}
        >
          {t("alerts.told.add")}
        </Button>
      )}
    </fieldset>
  );
}
