import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  { path: "/", verb: "", title: "shell.home.title", page: lazy(() => import("~/pages/home/Home")) },
];
