import { ScanOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/scan",
    verb: "shipments:write",
    title: "scan.title",
    page: lazy(() => import("~/pages/scan/Scan")),
    menu: { group: "goods", order: 10, icon: ScanOutlined },
  },
];
