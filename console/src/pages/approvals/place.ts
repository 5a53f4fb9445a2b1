import { AuditOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/inbox",
    verb: "approvals:read",
    title: "approvals.title",
    page: lazy(() => import("~/pages/approvals/Inbox")),
    menu: { group: "work", order: 5, icon: AuditOutlined },
  },
];
