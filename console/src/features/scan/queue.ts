import { useQueryClient } from "@tanstack/react-query";
import { liveQuery } from "dexie";
import { useCallback, useEffect, useRef, useState } from "react";
import { useDraining } from "~/client/connection";
import { useSession } from "~/client/session";
import { kept, type Scan, tidy } from "~/features/scan/kept";
import { send } from "~/features/scan/sending";

const AGAIN_MS = 3_000;
const SHOWN = 50;
const HOUR_MS = 3_600_000;

/** The scans of this device, newest first, and how to add, take back or try one again. `told` hears what became of each. */
export function useQueue(told: (scan: Scan) => void) {
  const { workspace, user } = useSession();
  const client = useQueryClient();
  const db = kept(workspace, user.login);
  const [scans, setScans] = useState<Scan[]>([]);
  const [hour, setHour] = useState(0);
  const [waiting, setWaiting] = useState(0);
  const hears = useRef(told);
  hears.current = told;
  useEffect(() => {
    tidy(db).catch(() => undefined);
    const asked = liveQuery(async () => {
      const since = new Date(Date.now() - HOUR_MS).toISOString();
      const made = (each: Scan) => each.state === "waiting" || each.state === "done";
      return {
        newest: await db.scans.orderBy("at").reverse().limit(SHOWN).toArray(),
        hour: await db.scans.where("at").above(since).filter(made).count(),
        waiting: await db.scans.where("state").equals("waiting").count(),
      };
    });
    const following = asked.subscribe({
      next: (found) => {
        setScans(found.newest);
        setHour(found.hour);
        setWaiting(found.waiting);
      },
    });
    return () => following.unsubscribe();
  }, [db]);
  const drain = useCallback(() => {
    const signIn = () => client.invalidateQueries({ queryKey: ["session"] });
    send(db, (scan) => hears.current(scan), signIn).catch(() => undefined);
  }, [db, client]);
  useDraining(drain, waiting, AGAIN_MS);
  return {
    scans,
    hour,
    waiting,
    /** Keep a label that was read and send it; one that waits already is not kept twice. */
    async add(said: Pick<Scan, "code" | "stage" | "warehouse" | "photo">): Promise<Scan> {
      const scan: Scan = { ...said, id: crypto.randomUUID(), at: new Date().toISOString(), state: "waiting" };
      await db.transaction("rw", db.scans, async () => {
        const same = await db.scans.where("[code+stage]").equals([scan.code, scan.stage]).toArray();
        if (same.some((each) => each.state === "waiting")) scan.state = "repeated";
        await db.scans.add(scan);
      });
      if (scan.state === "waiting") drain();
      return scan;
    },
    /** Take back what was never sent; what the hub may know of stays. */
    drop: (id: string) =>
      db.transaction("rw", db.scans, async () => {
        const found = await db.scans.get(id);
        if (found && (found.state === "refused" || (found.state === "waiting" && !found.batch)))
          await db.scans.delete(id);
      }),
    /** The hub has taken back what it had confirmed. */
    reverted: (id: string) => db.scans.update(id, { state: "reverted" }),
    /** Send what was refused once more, as a request of its own. */
    async again(id: string) {
      await db.scans.update(id, { state: "waiting", batch: undefined, said: undefined });
      drain();
    },
  };
}
