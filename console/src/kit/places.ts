import type { ComponentType, LazyExoticComponent } from "react";

/** Groups of the menu, in their order. */
export const GROUPS = ["work", "goods", "people", "insight", "studio", "house"] as const;

/**
 * A page: where it stands, what one must be allowed for it, and its entry in the menu if it has one.
 * A file `pages/<word>/place.ts` exports one or many as `places`; the shell finds them by itself.
 */
export type Place = {
  /** Its address, with `$name` for what varies: "/orders/$order_no". */
  path: string;
  /** What one must be allowed: "orders:read"; empty for whoever is signed in. */
  verb: string;
  /** Shown to everybody, without the menu and without a session: outside pages, reached by a link. */
  open?: boolean;
  /** The key of its title: "orders.title". */
  title: string;
  page: LazyExoticComponent<ComponentType>;
  /** Where it stands in the menu; a page that is reached from another has none. */
  menu?: { group: (typeof GROUPS)[number]; order: number; icon: ComponentType<{ "aria-hidden"?: boolean }> };
};
