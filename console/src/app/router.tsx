import { createRootRoute, createRoute, createRouter, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { places } from "~/app/places";
import { Gate } from "~/app/shell/Gate";
import { Allowed, Broken, Lost } from "~/app/shell/Missing";
import { Shell } from "~/app/shell/Shell";
import { Waiting } from "~/app/shell/Waiting";
import { parse, write } from "~/kit/addresses";

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost, errorComponent: Broken });

const inside = createRoute({
  id: "inside",
  getParentRoute: () => root,
  component: () => (
    <Gate>
      <Shell>
        <Outlet />
      </Shell>
    </Gate>
  ),
});

const welcome = createRoute({
  path: "/welcome",
  getParentRoute: () => root,
  component: () => <Gate welcome>{null}</Gate>,
});

const pages = places.map((place) =>
  createRoute({
    path: place.path,
    getParentRoute: () => (place.open ? root : inside),
    component: function Page() {
      const Shown = place.page;
      const shown = (
        <Suspense fallback={<Waiting />}>
          <Shown />
        </Suspense>
      );
      return place.open ? shown : <Allowed place={place}>{shown}</Allowed>;
    },
  }),
);

const open = pages.filter((_, index) => places[index]?.open);
const closed = pages.filter((_, index) => !places[index]?.open);

export const router = createRouter({
  routeTree: root.addChildren([inside.addChildren(closed), welcome, ...open]),
  parseSearch: parse,
  stringifySearch: write,
  defaultPreload: "intent",
  scrollRestoration: true,
});
