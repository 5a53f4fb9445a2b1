import { KeyOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/keys",
    verb: "keys:read",
    title: "keys.title",
    page: lazy(() => import("~/pages/keys/Keys")),
    menu: { group: "house", order: 20, icon: KeyOutlined },
  },
];
