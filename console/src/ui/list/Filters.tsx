import { Button, Input, Select, Spin } from "antd";
import { lazy, memo, Suspense, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import type { Search } from "~/kit/addresses";
import { count } from "~/kit/amounts";
import type { Facets, Filter } from "~/ui/list/declaration";

const Days = lazy(() => import("~/ui/list/Days"));

type Props = { filters: Filter[]; facets: Facets; search: Search; narrow: (next: Search) => void };

/** What narrows the list, each with how often its values occur; all of it stands in the address. */
export const Filters = memo(function Filters({ filters, facets, search, narrow }: Props) {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  const put = useCallback(
    (changed: Search) => {
      const next = { ...search, ...changed };
      for (const name of Object.keys(next)) if (!next[name]) delete next[name];
      narrow(next);
    },
    [search, narrow],
  );
  return (
    <search className="filters" aria-label={t("list.filters")}>
      {filters
        .filter((each) => !each.quiet || search[each.key])
        .map((each) =>
          each.kind === "text" ? (
            <Text key={each.key} filter={each} value={search[each.key] ?? ""} put={put} />
          ) : each.kind === "days" ? (
            <Suspense key={each.key} fallback={<Spin size="small" />}>
              <Days filter={each} search={search} put={put} />
            </Suspense>
          ) : (
            <Choice key={each.key} filter={each} counts={facets.counts[each.key]} value={search[each.key]} put={put} />
          ),
        )}
      {facets.newest !== undefined && (
        <span className="faint filters-cut" role="note">
          {t("list.facets.cut", { shown: count(facets.newest, locale) })}
        </span>
      )}
      {Object.keys(search).length > 0 && (
        <Button type="link" size="small" onClick={() => narrow({})}>
          {t("list.clear")}
        </Button>
      )}
    </search>
  );
});

function Choice(props: {
  filter: Filter;
  counts?: Record<string, number>;
  value?: string;
  put: (changed: Search) => void;
}) {
  const { t } = useTranslation();
  const { filter, counts } = props;
  const choices =
    filter.kind === "yes"
      ? [
          { value: "true", label: t("list.yes") },
          { value: "false", label: t("list.no") },
        ]
      : (filter.choices ?? Object.keys(counts ?? {}).map((value) => ({ value, label: value })));
  const known = choices.some((each) => each.value === props.value);
  const options = (known || !props.value ? choices : [...choices, { value: props.value, label: props.value }]).map(
    (each) => ({
      value: each.value,
      text: each.label,
      label: (
        <span className="choice">
          <span>{each.label}</span>
          {counts && <span className="faint">{counts[each.value] ?? 0}</span>}
        </span>
      ),
    }),
  );
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: "text" }}
      placeholder={t(filter.title)}
      aria-label={t(filter.title)}
      value={props.value}
      style={roomFor((filter.quiet && options.find((each) => each.value === props.value)?.text) || t(filter.title))}
      options={options}
      popupMatchSelectWidth={180}
      className={props.value ? "filter set" : "filter"}
      onChange={(value) => props.put({ [filter.key]: value ?? "" })}
    />
  );
}

// The first of the characters that are as wide as they are high.
const WIDE = 0x2e80;

/** As wide as what a filter calls itself beside its arrow, and never narrower than one of short words. */
function roomFor(words: string, arrowPx = 44) {
  const px = [...words].reduce((sum, each) => sum + ((each.codePointAt(0) ?? 0) > WIDE ? 14 : 7.4), arrowPx);
  return { width: Math.max(112, Math.ceil(px)) };
}

/** What is typed narrows the list when it rests for so long, and at once by Enter. */
const SETTLE_MS = 120;

function Text({ filter, value, put }: { filter: Filter; value: string; put: (changed: Search) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => put({ [filter.key]: typed.trim() }), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, filter.key, put]);
  return (
    <Input
      allowClear
      className={value ? "filter set" : "filter"}
      value={typed}
      style={roomFor(t(filter.title), 34)}
      placeholder={t(filter.title)}
      aria-label={t(filter.title)}
      onChange={(event) => setTyped(event.target.value)}
      onPressEnter={() => put({ [filter.key]: typed.trim() })}
    />
  );
}
