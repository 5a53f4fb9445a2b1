import { RedoOutlined } from "@ant-design/icons";
import { Alert, Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Apart, Changes, Leaf } from "~/features/quarantine/read";
import { useFieldWord } from "~/ui/fields";

type Props = {
  apart: Apart;
  picked: ReadonlySet<string>;
  changes: Changes;
  change: (next: Changes) => void;
  pickAll: () => void;
  sending: boolean;
  send: () => void;
};

/** What is wrong, each beside the value it is about; values are typed here and the message is sent again. */
export function Mend({ apart, picked, changes, change, pickAll, sending, send }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const asked = apart.leaves.filter((each) => each.problems.length > 0 || picked.has(each.place));
  const more = apart.leaves.filter((each) => each.target && !asked.includes(each)).length;
  const count = Object.keys(changes).length;
  return (
    <form
      className="mend"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {apart.problems.map((each) => (
        <Alert key={each.code} type="warning" showIcon title={each[language]} />
      ))}
      {asked.map((each) => (
        <Field
          key={each.place}
          leaf={each}
          value={changes[each.place]}
          put={(value) => {
            const { [each.place]: _, ...rest } = changes;
            change(value === undefined ? rest : { ...rest, [each.place]: value });
          }}
        />
      ))}
      {asked.length === 0 && <p className="faint">{t("quarantine.pick_first")}</p>}
      <div className="mend-go">
        <Button type="primary" htmlType="submit" icon={<RedoOutlined />} loading={sending}>
          {count > 0 ? t("quarantine.send_changed", { count }) : t("quarantine.send_as_is")}
        </Button>
        {more > 0 && (
          <Button type="link" onClick={pickAll}>
            {t("quarantine.more_fields", { count: more })}
          </Button>
        )}
      </div>
    </form>
  );
}

function Field({ leaf, value, put }: { leaf: Leaf; value?: string; put: (value: string | undefined) => void }) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const was = leaf.value === null ? "" : String(leaf.value);
  const means = useFieldWord()(leaf.target);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the input stands inside.
    <label className={leaf.problems.length > 0 ? "mend-field wrong" : "mend-field"}>
      <span className="mend-name">
        <b>{leaf.name}</b>
        {means && means !== leaf.name && <span className="faint">{means}</span>}
        {leaf.row !== null && <span className="faint">{t("quarantine.row_no", { row: leaf.row })}</span>}
        {leaf.missing && <span className="faint">{t("quarantine.missing")}</span>}
      </span>
      <Input
        value={value ?? was}
        maxLength={2000}
        status={leaf.problems.length > 0 && value === undefined ? "error" : undefined}
        onChange={(event) => put(event.target.value === was ? undefined : event.target.value)}
      />
      {leaf.masked && value === undefined && <span className="faint">{t("quarantine.masked")}</span>}
      {leaf.problems.map((each) => (
        <span key={each.code} className="mend-wrong">
          {each[language]}
        </span>
      ))}
    </label>
  );
}
