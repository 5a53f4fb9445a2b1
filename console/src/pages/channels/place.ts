import { ApiOutlined } from "@ant-design/icons";
import { lazy } from "react";
import type { Place } from "~/kit/places";

export const places: Place[] = [
  {
    path: "/channels",
    verb: "channels:read",
    title: "channels.title",
    page: lazy(() => import("~/pages/channels/Channels")),
    menu: { group: "house", order: 20, icon: ApiOutlined },
  },
  {
    path: "/channels/new",
    verb: "channels:write",
    title: "channels.new",
    page: lazy(() => import("~/pages/channels/NewChannel")),
  },
  {
    path: "/channels/$channel",
    verb: "channels:read",
    title: "channels.one",
    page: lazy(() => import("~/pages/channels/Channel")),
  },
];
