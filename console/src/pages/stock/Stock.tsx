import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "~/client/names";
import { declare } from "~/features/stock/list";
import { ListPage } from "~/ui/list/ListPage";
import "~/features/stock/stock.css";

/** Stock by SKU and warehouse: what orders wait for first, then what is low. */
export default function Stock() {
  const { t } = useTranslation();
  const { warehouses } = useNames();
  const list = useMemo(() => {
    const choices = Object.entries(warehouses).map(([value, label]) => ({ value, label }));
    return declare(t, choices, (code) => warehouses[code] ?? code);
  }, [t, warehouses]);
  return <ListPage list={list} />;
}
