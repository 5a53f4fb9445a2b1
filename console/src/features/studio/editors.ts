import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Drawn } from "~/features/studio/drawn";

type Own = {
  /** Properties that the editor draws; the rest stands in the form by schema below it. */
  draws: string[] | "all";
  show: LazyExoticComponent<ComponentType<Drawn>>;
};

/** Kinds that are shaped otherwise than by a form of their schema. */
export const DRAWN: Record<string, Own> = {
  channel: { draws: ["mapping", "defaults"], show: lazy(() => import("~/features/studio/mapping/Mapping")) },
  fields: { draws: ["fields", "subject"], show: lazy(() => import("~/features/studio/dictionary/Dictionary")) },
  stages: { draws: ["stages"], show: lazy(() => import("~/features/studio/stages/Stages")) },
  status_map: { draws: ["rows"], show: lazy(() => import("~/features/studio/stages/StatusMap")) },
  form: { draws: "all", show: lazy(() => import("~/features/studio/designer/Designer")) },
  board: { draws: "all", show: lazy(() => import("~/features/studio/board/BoardDesigner")) },
  metric: { draws: "all", show: lazy(() => import("~/features/studio/metric/MetricDesigner")) },
  alert: { draws: "all", show: lazy(() => import("~/features/studio/alert/AlertDesigner")) },
  role: { draws: "all", show: lazy(() => import("~/features/studio/roles/RoleEditor")) },
  template: { draws: "all", show: lazy(() => import("~/features/studio/templates/TemplateEditor")) },
};
