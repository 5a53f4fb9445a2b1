import { NodeIndexOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/flows",
    verb: "flows:read",
    title: "flows.runs.title",
    page: lazy(() => import("~/pages/flows/Runs")),
    menu: { group: "studio", order: 30, icon: NodeIndexOutlined },
  },
  {
    path: "/flows/letters",
    verb: "outbox:read",
    title: "flows.dead.title",
    page: lazy(() => import("~/pages/flows/Letters")),
  },
  {
    path: "/flows/$run",
    verb: "flows:read",
    title: "flows.runs.one",
    page: lazy(() => import("~/pages/flows/Run")),
  },
];
