import { UserOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/users",
    verb: "users:read",
    title: "users.title",
    page: lazy(() => import("~/pages/users/Users")),
    menu: { group: "house", order: 10, icon: UserOutlined },
  },
];
