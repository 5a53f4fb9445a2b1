import { AppstoreOutlined, BookOutlined, ContainerOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/studio",
    verb: "documents:read",
    title: "studio.title",
    page: lazy(() => import("~/pages/studio/Documents")),
    menu: { group: "studio", order: 10, icon: AppstoreOutlined },
  },
  {
    path: "/studio/$kind/$name",
    verb: "documents:read",
    title: "studio.one",
    page: lazy(() => import("~/pages/studio/Document")),
  },
  {
    path: "/dictionary",
    verb: "documents:read",
    title: "dictionary.title",
    page: lazy(() => import("~/pages/studio/Fields")),
    menu: { group: "studio", order: 15, icon: BookOutlined },
  },
  {
    path: "/packs",
    verb: "documents:read",
    title: "studio.packs.title",
    page: lazy(() => import("~/pages/studio/Packs")),
    menu: { group: "studio", order: 20, icon: ContainerOutlined },
  },
];
