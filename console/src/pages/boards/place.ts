import { DashboardOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/boards",
    verb: "metrics:read",
    title: "board.title",
    page: lazy(() => import("~/pages/boards/Boards")),
    menu: { group: "insight", order: 10, icon: DashboardOutlined },
  },
  {
    path: "/boards/$name",
    verb: "metrics:read",
    title: "board.one",
    page: lazy(() => import("~/pages/boards/Board")),
  },
  {
    path: "/reports/$name",
    verb: "metrics:read",
    title: "board.report",
    page: lazy(() => import("~/pages/boards/Report")),
  },
];
