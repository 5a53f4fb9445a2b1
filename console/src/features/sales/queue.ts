import { liveQuery } from "dexie";
import { useCallback, useEffect, useState } from "react";
import { api, told } from "~/client/api";
import { useDraining } from "~/client/connection";
import { useHappened } from "~/client/live";
import { Away, Problem } from "~/client/problems";
import { useSession } from "~/client/session";
import { number } from "~/features/sales/draft";
import { type Entry, type Kept, kept } from "~/features/sales/kept";

const AGAIN_MS = 4_000;
const PLACED = ["order.received"];
/** Answers that say nothing about the order itself: it is sent again. */
const LATER = new Set([401, 408, 425, 429, 500, 502, 503, 504]);

/** Send what waits, the oldest first; one tab at a time. What the hub says is kept beside the entry. */
async function send(db: Kept): Promise<void> {
  await navigator.locks.request(`${db.name}.send`, async () => {
    for (const entry of await db.entries.where("state").equals("waiting").sortBy("at")) {
      try {
        const done = await told(
          api.POST("/api/v1/orders", {
            params: { query: { wait: true } },
            body: entry.body,
            headers: { "Idempotency-Key": entry.key },
          }),
        );
        const orderNo = "order_no" in done ? done.order_no : undefined;
        await db.entries.update(entry.external_no, { state: "done", order_no: orderNo, said: undefined });
      } catch (error) {
        if (error instanceof Away || (error instanceof Problem && LATER.has(error.status))) return;
        if (!(error instanceof Problem)) throw error;
        const { outcome, data } = error.body as { outcome?: { command_id?: string }; data?: { account?: string } };
        await db.entries.update(entry.external_no, {
          state: "refused",
          said: error.said,
          draft_id: outcome?.command_id,
          account: data?.account,
        });
      }
    }
  });
}

/** Look for the orders that waited for a temporary limit: with one they were placed by the hub itself. */
async function look(db: Kept): Promise<void> {
  for (const entry of await db.entries.where("state").equals("asked").toArray()) {
    const query = { channel: entry.body.channel, external_no: entry.external_no, count: 1 };
    const [found] = (await told(api.GET("/api/v1/orders", { params: { query } }))).rows;
    if (found) await db.entries.update(entry.external_no, { state: "done", order_no: found.order_no });
  }
}

function renumbered(entry: Entry): Entry {
  const external_no = number();
  return { ...entry, external_no, body: { ...entry.body, external_no } };
}

/** The orders that were entered on this device, and how to enter, drop or ask for one more. */
export function useQueue() {
  const { workspace, user } = useSession();
  const db = kept(workspace, user.login);
  const [entries, setEntries] = useState<Entry[]>([]);
  useEffect(() => {
    const asked = liveQuery(() => db.entries.orderBy("at").reverse().limit(100).toArray());
    const following = asked.subscribe({ next: setEntries });
    return () => following.unsubscribe();
  }, [db]);
  const drain = useCallback(() => void send(db).catch(() => undefined), [db]);
  const waiting = entries.filter((each) => each.state === "waiting").length;
  useDraining(drain, waiting, AGAIN_MS);
  const asked = entries.some((each) => each.state === "asked");
  const again = useCallback(() => void look(db).catch(() => undefined), [db]);
  useHappened(PLACED, again);
  useEffect(() => (asked ? again() : undefined), [asked, again]);
  return {
    db,
    entries,
    waiting,
    /** Keep an order that was entered, and send it; what was entered already is not entered twice. */
    async enter(entry: Entry) {
      await db.transaction("rw", db.entries, async () => {
        const same = await db.entries.get(entry.external_no);
        if (!same) await db.entries.add(entry);
        // A tab that was duplicated went on with the number of the other one.
        else if (JSON.stringify(same.body) !== JSON.stringify(entry.body)) await db.entries.add(renumbered(entry));
      });
      drain();
    },
    drop: (externalNo: string) => db.entries.delete(externalNo),
    /** Ask for a temporary limit with which the refused order goes on. */
    async ask(entry: Entry) {
      const body = { account: entry.account ?? "", draft_id: entry.draft_id, reason: entry.said?.zh ?? "" };
      await told(
        api.POST("/api/v1/credit/grants/requests", { body, headers: { "Idempotency-Key": `ask-${entry.key}` } }),
      );
      await db.entries.update(entry.external_no, { state: "asked" });
    },
  };
}
