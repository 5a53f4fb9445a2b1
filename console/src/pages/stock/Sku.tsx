import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "~/client/names";
import { useMay } from "~/client/session";
import { actions } from "~/features/stock/actions";
import { type Stock, useStock } from "~/features/stock/read";
import { Holders, Movements } from "~/features/stock/Story";
import { Levels, Lots, Promised } from "~/features/stock/Where";
import { Badge } from "~/ui/Badge";
import { DetailPage, Part } from "~/ui/detail/DetailPage";
import { Doing } from "~/ui/list/Doing";
import { useNarrowed } from "~/ui/list/useList";
import "~/features/stock/stock.css";

/** One SKU: what lies where, what may be promised when, who holds it, what moved. */
export default function SkuPage() {
  const { sku = "" } = useParams({ strict: false }) as { sku?: string };
  const { t } = useTranslation();
  const { warehouses } = useNames();
  const [search, narrow] = useNarrowed();
  const warehouse = search.warehouse || undefined;
  const asked = useStock(sku, warehouse);
  const found = asked.data;
  const options = Object.entries(warehouses).map(([value, label]) => ({ value, label }));
  return (
    <DetailPage
      asked={asked}
      back="/stock"
      name={sku}
      marks={
        found && (
          <>
            <b>{found.name}</b>
            {found.promise.waiting > 0 && (
              <Badge tone="bad">{t("stock.wanted", { count: found.promise.waiting })}</Badge>
            )}
            {options.length > 1 && (
              <Select
                aria-label={t("stock.warehouse")}
                value={warehouse ?? ""}
                options={[{ value: "", label: t("stock.everywhere") }, ...options]}
                onChange={(value) => narrow(value ? { warehouse: value } : {})}
              />
            )}
          </>
        )
      }
      actions={found && <Acts sku={sku} warehouse={warehouse} />}
      tabs={found ? tabs(found) : []}
    />
  );
}

function tabs(found: Stock) {
  const { orders } = found;
  return [
    {
      key: "where",
      title: "stock.tab.where",
      show: (
        <>
          <Part title="stock.part.levels">
            <Levels levels={found.levels} />
          </Part>
          <Part title="stock.part.promise">
            <Promised promise={found.promise} />
          </Part>
        </>
      ),
    },
    {
      key: "orders",
      title: "stock.tab.orders",
      count: orders.rows.length + orders.waiting.length,
      show: <Orders found={found} />,
    },
    { key: "lots", title: "stock.tab.lots", count: found.lots.length, show: <Lots lots={found.lots} /> },
    { key: "movements", title: "stock.tab.movements", show: <Movements rows={found.movements} /> },
  ];
}

function Orders({ found }: { found: Stock }) {
  const { t } = useTranslation();
  const { orders } = found;
  const beyond = orders.reserved - orders.rows.reduce((sum, each) => sum + each.quantity, 0);
  return (
    <>
      {orders.waiting.length > 0 && (
        <Part title="stock.part.waiting">
          <Holders rows={orders.waiting} waiting />
        </Part>
      )}
      <Part title="stock.part.holding">
        <Holders rows={orders.rows} />
        {beyond > 0 && <p className="faint">{t("stock.beyond", { count: beyond })}</p>}
      </Part>
    </>
  );
}

function Acts({ sku, warehouse }: { sku: string; warehouse?: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const { warehouses } = useNames();
  const [key, setKey] = useState("");
  const all = useMemo(() => {
    const choices = Object.entries(warehouses).map(([value, label]) => ({ value, label }));
    return actions(choices, warehouse);
  }, [warehouses, warehouse]);
  const doing = all.find((each) => each.key === key);
  return (
    <>
      {all
        .filter((each) => may(each.verb))
        .map((each) => {
          const Icon = each.icon;
          return (
            <Button key={each.key} size="small" icon={<Icon aria-hidden />} onClick={() => setKey(each.key)}>
              {t(each.title)}
            </Button>
          );
        })}
      {doing && (
        <Doing
          action={doing}
          rows={[{ sku }]}
          nameOf={(row) => row.sku}
          close={(changed) => {
            setKey("");
            if (changed) client.invalidateQueries({ queryKey: ["stock"] });
          }}
        />
      )}
    </>
  );
}
