import { FileExcelOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/imports",
    verb: "imports:read",
    title: "imports.title",
    page: lazy(() => import("~/pages/imports/Imports")),
    menu: { group: "work", order: 50, icon: FileExcelOutlined },
  },
  {
    path: "/imports/new",
    verb: "imports:write",
    title: "imports.new",
    page: lazy(() => import("~/pages/imports/NewImport")),
  },
  {
    path: "/imports/$import_id",
    verb: "imports:read",
    title: "imports.one",
    page: lazy(() => import("~/pages/imports/Import")),
  },
];
