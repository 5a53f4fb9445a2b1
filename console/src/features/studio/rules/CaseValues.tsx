import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { typed, written } from "~/features/studio/rules/cases";
import type { Pair } from "~/features/studio/rules/Pairs";
import { type Term, termOf, wordOf } from "~/ui/rules/vocabulary";

type Props = {
  pairs: Pair[];
  /** What may be set, the likeliest first; each is called as the workspace calls it. */
  paths: string[];
  terms: Term[];
  locked: boolean;
  write: (pairs: Pair[]) => void;
};

/** Fields with their values beside each other, chosen by what people call them. */
export function CaseValues({ pairs, paths, terms, locked, write }: Props) {
  const { t, i18n } = useTranslation();
  const { language } = useLanguage();
  const at = (index: number, next: Pair) => write(pairs.map((each, other) => (other === index ? next : each)));
  const named = (path: string) => termOf({ id: "", name: path, field: path }, terms);
  // The goods as a whole have no word of the vocabulary, which names what a condition may be about.
  const called = (path: string) =>
    i18n.exists(`studio.cases.whole.${path}`) ? t(`studio.cases.whole.${path}`) : wordOf(named(path), language);
  const options = paths.map((path) => {
    const term = named(path);
    return { value: path, label: called(path), search: `${term.zh} ${term.en} ${path}`.toLowerCase() };
  });
  return (
    <div className="pairs">
      {pairs.map(([path, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a field may stand twice until one of them is chosen anew.
        <div key={index} className="pair">
          <Select
            showSearch={{
              filterOption: (said, option) => (option as { search: string }).search.includes(said.toLowerCase()),
            }}
            autoFocus={path === ""}
            defaultOpen={path === ""}
            disabled={locked}
            aria-label={t("studio.cases.path")}
            placeholder={t("studio.sheet.which")}
            title={path}
            popupMatchSelectWidth={280}
            value={path || undefined}
            options={
              options.some((each) => each.value === path) || !path
                ? options
                : [{ value: path, label: called(path), search: path }, ...options]
            }
            onChange={(next) => at(index, [next, value])}
          />
          <span className="faint">=</span>
          <Value
            term={named(path)}
            label={path ? called(path) : t("studio.form.value")}
            value={value}
            locked={locked}
            write={(next) => at(index, [path, next])}
          />
          {!locked && (
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t("studio.form.remove")}
              onClick={() => write(pairs.filter((_, other) => other !== index))}
            />
          )}
        </div>
      ))}
      {!locked && (
        <Button type="dashed" icon={<PlusOutlined />} onClick={() => write([...pairs, ["", ""]])}>
          {t("studio.cases.set")}
        </Button>
      )}
    </div>
  );
}

type ValueProps = { term: Term; label: string; value: unknown; locked: boolean; write: (value: unknown) => void };

/** One value, by its kind: chosen where there is a choice, else typed. */
function Value({ term, label, value, locked, write }: ValueProps) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const choices =
    term.type === "yes"
      ? [
          { value: true, label: t("studio.sheet.yes") },
          { value: false, label: t("studio.sheet.no") },
        ]
      : (term.choices ?? []).map((each) => ({ value: each.value, label: wordOf(each, language) }));
  const known = choices.some((each) => each.value === value);
  if (choices.length > 0 && (known || value === "" || value === null || value === undefined))
    return (
      <Select
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        disabled={locked}
        aria-label={label}
        placeholder={t("studio.sign.empty")}
        popupMatchSelectWidth={false}
        value={known ? (value as string) : undefined}
        options={choices as { value: string; label: string }[]}
        onChange={(next) => write(next ?? null)}
      />
    );
  return (
    <Input
      disabled={locked}
      aria-label={label}
      placeholder={t("studio.sign.empty")}
      value={value === null ? "" : written(value)}
      onChange={(event) => write(event.target.value === "" && value === null ? null : typed(event.target.value))}
    />
  );
}
