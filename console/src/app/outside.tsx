import { QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, type LazyExoticComponent, lazy, StrictMode, Suspense, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { useDark } from "~/app/appearance";
import { queries } from "~/app/queries";
import { add, prepare } from "~/client/language";
import { texts } from "~/kit/outside_texts";
import { Nowhere, Waiting } from "~/ui/outside/Frame";
import "~/app/styles.css";
import "~/ui/outside/outside.css";

/** The pages of whoever comes from outside, by the beginning of their address; each brings what it needs. */
const PAGES: Record<string, LazyExoticComponent<ComponentType<{ token: string }>>> = {
  "/dealer": lazy(() => import("~/pages/dealing/Dealing")),
  "/f/": lazy(async () => {
    const { texts: everything } = await import("~/kit/every_text");
    await add(everything);
    return import("~/app/OutsideForm");
  }),
  "/t/": lazy(() => import("~/pages/tracking/Tracking")),
};

function Outside() {
  const isDark = useDark();
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", isDark ? "#141414" : "#ffffff");
  }, [isDark]);
  const here = window.location.pathname;
  const found = Object.entries(PAGES).find(([start]) => here.startsWith(start));
  if (!found) return <Nowhere />;
  const [start, Page] = found;
  return (
    <Suspense fallback={<Waiting />}>
      <Page token={here.slice(start.length).split("/")[0] ?? ""} />
    </Suspense>
  );
}

function show(): void {
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Outside />
      </QueryClientProvider>
    </StrictMode>,
  );
}

prepare(texts).then(show);
