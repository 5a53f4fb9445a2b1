import type { Place } from "~/kit/places";

const found = import.meta.glob<Place[]>("../pages/*/place.ts", { eager: true, import: "places" });

/** Every page there is, as the pages themselves declare. */
export const places: Place[] = Object.values(found).flat();
