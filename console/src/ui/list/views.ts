import { useCallback, useState } from "react";
import { useSession } from "~/client/session";
import { type Search, write } from "~/kit/addresses";

/** A view that somebody named; it lives in this browser, its address can be sent to anybody. */
export type Kept = { name: string; search: Search };
const MOST = 30;

/** The views that this person keeps of a list, in this workspace. */
export function useKept(word: string): {
  kept: Kept[];
  keep: (name: string, search: Search) => void;
  drop: (name: string) => void;
} {
  const { user, workspace } = useSession();
  const place = `orderloom.views.${workspace}.${user.login}.${word}`;
  const [kept, setKept] = useState<Kept[]>(() => read(place));
  const put = useCallback(
    (next: Kept[]) => {
      localStorage.setItem(place, JSON.stringify(next));
      setKept(next);
    },
    [place],
  );
  return {
    kept,
    keep: (name, search) => put([...kept.filter((each) => each.name !== name), { name, search }].slice(-MOST)),
    drop: (name) => put(kept.filter((each) => each.name !== name)),
  };
}

function read(place: string): Kept[] {
  try {
    const found = JSON.parse(localStorage.getItem(place) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each?.name === "string" && each.search) : [];
  } catch {
    return [];
  }
}

/** Whether two searches narrow a list alike. */
export function alike(one: Search, other: Search): boolean {
  return write(one) === write(other);
}
