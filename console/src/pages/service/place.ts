import { CustomerServiceOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/service",
    verb: "orders:read",
    title: "service.title",
    page: lazy(() => import("~/pages/service/Service")),
    menu: { group: "work", order: 20, icon: CustomerServiceOutlined },
  },
];
