import { InboxOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/stock",
    verb: "stock:read",
    title: "stock.title",
    page: lazy(() => import("~/pages/stock/Stock")),
    menu: { group: "goods", order: 20, icon: InboxOutlined },
  },
  {
    path: "/stock/$sku",
    verb: "stock:read",
    title: "stock.one",
    page: lazy(() => import("~/pages/stock/Sku")),
  },
];
