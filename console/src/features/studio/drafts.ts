import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Problem } from "~/client/problems";
import { useSession } from "~/client/session";
import { type Content, check, type Finding, type Key, save, type Whole } from "~/features/studio/read";

type Work = { content: Content; cases: Content[] };
type Kept = Work & { edition: number };

/** The same whatever the order of names: the server keeps an order of its own. */
const told = (_name: string, value: unknown) =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
const same = (one: unknown, other: unknown) => JSON.stringify(one, told) === JSON.stringify(other, told);

const workOf = ({ content, cases }: Work): Work => ({ content, cases });

function recall(place: string): Kept | undefined {
  try {
    const kept = localStorage.getItem(place);
    return kept ? JSON.parse(kept) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What somebody writes over a draft. It is kept on the device until it is saved, so that nothing typed is lost by a
 * reload, a dead server or another who saved meanwhile.
 */
export function useDraft(key: Key, whole: Whole) {
  const { kind, name } = key;
  const client = useQueryClient();
  const place = `orderloom.studio.${useSession().workspace}.${kind}/${name}`;
  const kept = useMemo(() => recall(place), [place]);
  const [work, setWork] = useState<Work>(workOf(kept ?? whole));
  const [edition, setEdition] = useState(kept && !same(workOf(kept), workOf(whole)) ? kept.edition : whole.edition);
  const [seen, setSeen] = useState(whole);
  const [findings, setFindings] = useState<Finding[]>([]);
  const [checked, setChecked] = useState<{ publishable: boolean } | null>(null);
  const [conflict, setConflict] = useState<Problem | null>(null);
  // Where nothing was typed, what the server tells later is gone on from; what was typed stays, over what it was typed on.
  if (seen !== whole) {
    setSeen(whole);
    if (same(work, workOf(seen))) {
      setWork(workOf(whole));
      setEdition(whole.edition);
    }
  }
  const changed = !same(work, workOf(whole));
  useEffect(() => {
    if (changed) localStorage.setItem(place, JSON.stringify({ ...work, edition }));
    else localStorage.removeItem(place);
  }, [changed, work, edition, place]);
  const write = useCallback((part: Partial<Work>) => {
    setChecked(null);
    setWork((before) => ({ ...before, ...part }));
  }, []);
  const fresh = useCallback(async () => {
    await client.invalidateQueries({ queryKey: ["document", kind, name] });
    client.invalidateQueries({ queryKey: ["list", "studio"] });
    client.invalidateQueries({ queryKey: ["documents"] });
    // What flows, roles and the like are called everywhere else.
    client.invalidateQueries({ queryKey: ["names"] });
  }, [client, kind, name]);
  /** The edition that now stands; nothing where another saved meanwhile. */
  const keep = async (over = edition): Promise<number | undefined> => {
    if (!changed && over > 0 && over === whole.edition) return over;
    try {
      const saved = await save({ kind, name }, work.content, work.cases, over);
      setEdition(saved.edition);
      setFindings(saved.findings);
      setConflict(null);
      client.setQueryData(["document", kind, name], { ...whole, ...work, edition: saved.edition });
      await fresh();
      return saved.edition;
    } catch (error) {
      if (error instanceof Problem && error.said.code === "document.edited_meanwhile") {
        setConflict(error);
        return undefined;
      }
      throw error;
    }
  };
  /** The edition that may be published as it stands; nothing where something is in the way. */
  const judge = async (): Promise<number | undefined> => {
    const kept = await keep();
    if (kept === undefined) return undefined;
    const told = await check({ kind, name }, kept, work.content);
    setFindings(told.findings);
    setChecked({ publishable: told.publishable });
    return told.publishable ? kept : undefined;
  };
  /** Go on from what stands on the server. */
  const take = (next: Whole) => {
    setWork(workOf(next));
    setEdition(next.edition);
    setConflict(null);
    setFindings([]);
    setChecked(null);
  };
  return {
    ...work,
    edition,
    changed,
    brought: kept !== undefined,
    findings,
    checked,
    conflict,
    write,
    keep,
    judge,
    take,
    fresh,
    leave: () => setConflict(null),
  };
}

export type Drafting = ReturnType<typeof useDraft>;
