import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/security",
    verb: "",
    title: "sessions.security.title",
    page: lazy(() => import("~/pages/sessions/Security")),
  },
  {
    path: "/sign-in/$provider",
    verb: "",
    open: true,
    title: "sessions.sign_in.title",
    page: lazy(() => import("~/pages/sessions/Returned")),
  },
];
