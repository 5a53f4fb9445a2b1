import { createContext } from "react";
import type { Place } from "~/kit/places";

/** Every page there is, for whoever shows what others would see of them. */
export const PlacesContext = createContext<Place[]>([]);
