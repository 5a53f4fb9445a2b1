import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/notices",
    verb: "notices:read",
    title: "notices.title",
    page: lazy(() => import("~/pages/notices/Notices")),
  },
];
