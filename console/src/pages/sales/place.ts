import { ShoppingCartOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/sales",
    verb: "orders:write",
    title: "sales.title",
    page: lazy(() => import("~/pages/sales/Desk")),
    menu: { group: "work", order: 15, icon: ShoppingCartOutlined },
  },
];
