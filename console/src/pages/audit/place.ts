import { FileSearchOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/audit",
    verb: "audit:read",
    title: "audit.title",
    page: lazy(() => import("~/pages/audit/Audit")),
    menu: { group: "house", order: 30, icon: FileSearchOutlined },
  },
];
