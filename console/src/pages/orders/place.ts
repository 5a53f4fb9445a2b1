import { ProfileOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/orders",
    verb: "orders:read",
    title: "orders.title",
    page: lazy(() => import("~/pages/orders/Orders")),
    menu: { group: "work", order: 10, icon: ProfileOutlined },
  },
  {
    path: "/orders/$order_no",
    verb: "orders:read",
    title: "orders.one",
    page: lazy(() => import("~/pages/orders/Order")),
  },
];
