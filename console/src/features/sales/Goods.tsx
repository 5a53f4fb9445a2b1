import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Input, InputNumber } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "~/client/language";
import { line } from "~/features/sales/draft";
import type { Kept, Line } from "~/features/sales/kept";
import { useAvailable, useSkus } from "~/features/sales/lookup";
import { count } from "~/kit/amounts";

type Props = { db: Kept; lines: Line[]; put: (lines: Line[]) => void };

/** The lines: goods by code, name or barcode, how many, at what price; Enter in the last field begins the next. */
export function Goods({ db, lines, put }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const change = (id: string, changed: Partial<Line>) =>
    put(lines.map((each) => (each.id === id ? { ...each, ...changed } : each)));
  const more = () => {
    put([...lines, line()]);
    setTimeout(() => [...(box.current?.querySelectorAll<HTMLInputElement>(".goods-sku input") ?? [])].at(-1)?.focus());
  };
  return (
    <div ref={box} className="goods">
      {lines.map((each, index) => (
        <GoodsLine
          key={each.id}
          db={db}
          each={each}
          number={index + 1}
          change={(changed) => change(each.id, changed)}
          more={more}
          drop={lines.length > 1 ? () => put(lines.filter((other) => other.id !== each.id)) : undefined}
        />
      ))}
      <Button type="dashed" icon={<PlusOutlined />} onClick={more}>
        {t("sales.more")}
      </Button>
    </div>
  );
}

function GoodsLine(props: {
  db: Kept;
  each: Line;
  number: number;
  change: (changed: Partial<Line>) => void;
  more: () => void;
  drop?: () => void;
}) {
  const { t } = useTranslation();
  const { locale } = useLanguage();
  const { db, each, number, change, more, drop } = props;
  const [typed, setTyped] = useState("");
  const found = useSkus(db, typed);
  const available = useAvailable(each.sku);
  const short = available.data !== undefined && available.data < each.quantity;
  return (
    <div className="goods-line">
      <AutoComplete
        className="goods-sku"
        defaultActiveFirstOption
        value={each.sku && !typed ? `${each.sku} ${each.name}` : typed}
        options={(found.data ?? []).map((sku) => ({ value: sku.sku, label: `${sku.sku} ${sku.name ?? ""}` }))}
        onChange={(value) => {
          setTyped(value ?? "");
          if (each.sku) change({ sku: "", name: "" });
        }}
        onSelect={(value: string) => {
          const sku = found.data?.find((one) => one.sku === value);
          change({ sku: value, name: sku?.name ?? "", price: String(sku?.price ?? "") });
          setTyped("");
        }}
      >
        <Input placeholder={t("sales.sku")} aria-label={t("sales.sku_of", { number })} />
      </AutoComplete>
      <InputNumber
        min={1}
        precision={0}
        value={each.quantity}
        aria-label={t("sales.quantity_of", { number })}
        onChange={(value) => change({ quantity: value ?? 1 })}
        onPressEnter={more}
      />
      <Input
        value={each.price}
        inputMode="decimal"
        placeholder={t("sales.price")}
        aria-label={t("sales.price_of", { number })}
        onChange={(event) => change({ price: event.target.value.replace(/[^\d.]/g, "") })}
        onPressEnter={more}
      />
      <span className={short ? "late figure" : "faint figure"}>
        {available.data === undefined ? "" : t("sales.available", { shown: count(available.data, locale) })}
      </span>
      {drop && <Button type="text" icon={<DeleteOutlined />} aria-label={t("sales.drop", { number })} onClick={drop} />}
    </div>
  );
}
