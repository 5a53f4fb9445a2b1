import { TeamOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/customers",
    verb: "customers:read",
    title: "customers.title",
    page: lazy(() => import("~/pages/customers/Customers")),
    menu: { group: "people", order: 10, icon: TeamOutlined },
  },
  {
    path: "/customers/$customer_no",
    verb: "customers:read",
    title: "customers.one",
    page: lazy(() => import("~/pages/customers/Customer")),
  },
];
