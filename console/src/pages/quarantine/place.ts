import { WarningOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/quarantine",
    verb: "messages:read",
    title: "quarantine.title",
    page: lazy(() => import("~/pages/quarantine/Quarantine")),
    menu: { group: "work", order: 60, icon: WarningOutlined },
  },
  {
    path: "/quarantine/$message_id",
    verb: "messages:open",
    title: "quarantine.one",
    page: lazy(() => import("~/pages/quarantine/Message")),
  },
];
