import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AutoComplete, Grid, Input, type InputRef } from "antd";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "~/client/api";
import { useNamed } from "~/client/names";
import { useMay } from "~/client/session";
import { Badge } from "~/ui/Badge";
import { Money, When } from "~/ui/Words";

const CHARACTERS_MIN = 2;

/** The one search box: any part of a number, a phone or a name finds its orders. `/` puts the cursor into it. */
export function SearchBox() {
  const { t } = useTranslation();
  const box = useRef<InputRef>(null);
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const go = useNavigate();
  const named = useNamed();
  const may = useMay();
  const wide = Grid.useBreakpoint().sm ?? true;
  const asked = useQuery({
    queryKey: ["search", wanted],
    enabled: wanted.length >= CHARACTERS_MIN && may("orders:read"),
    queryFn: ({ signal }) => told(api.GET("/api/v1/search", { params: { query: { text: wanted } }, signal })),
  });
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      const into = event.target as HTMLElement;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || into.closest("input, textarea, [contenteditable]"))
        return;
      event.preventDefault();
      box.current?.focus();
    };
    window.addEventListener("keydown", typed);
    return () => window.removeEventListener("keydown", typed);
  }, []);
  const open = (orderNo: string) => {
    setText("");
    box.current?.blur();
    go({ to: `/orders/${encodeURIComponent(orderNo)}` });
  };
  const found = asked.data ?? [];
  const options = found.map((each) => ({
    value: each.order_no,
    label: (
      <div className="found">
        <b className="code">{each.order_no}</b>
        <span className="faint">{each.matched?.map((kind) => t(`shell.search.by.${kind}`)).join("、")}</span>
        <Badge>{named("stages", each.stage)}</Badge>
        {each.held && <Badge tone="warn">{t("shell.search.held")}</Badge>}
        <span className="faint">{named("channels", each.channel)}</span>
        <When at={each.placed_at} />
        <Money minor={each.total_minor} currency={each.currency} />
      </div>
    ),
  }));
  const ready = wanted.length >= CHARACTERS_MIN && asked.isFetched && !asked.isFetching;
  return (
    <AutoComplete
      className="search"
      value={text}
      options={options}
      onChange={(value) => setText(value ?? "")}
      onSelect={open}
      defaultActiveFirstOption
      popupMatchSelectWidth={wide ? 560 : true}
      notFoundContent={ready && found.length === 0 ? t("shell.search.none") : null}
    >
      <Input
        ref={box}
        allowClear
        prefix={<SearchOutlined />}
        suffix={text ? null : <kbd aria-hidden>/</kbd>}
        placeholder={t(wide ? "shell.search.placeholder" : "shell.search.short")}
        aria-label={t("shell.search.label")}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          setText("");
          box.current?.blur();
        }}
      />
    </AutoComplete>
  );
}
